import CVNNI
import MicrokernelABI

/// Matrix products whose factors are rounded to integers and whose sums are exact. Nil where the CPU has no
/// AVX512-VNNI.
struct IntegerGemm {
    static let isAvailable = cvnni_available()

    /// Factors of up to 16 bits.
    static let pairs = IntegerGemm(bytes: false)
    /// Factors of 8 bits.
    static let bytes = IntegerGemm(bytes: true)

    /// For an A whose rows are scaled each by its greatest magnitude.
    let rows: GemmKernel?
    /// For an A in 0...6.
    let clamped: GemmKernel?

    private init(bytes: Bool) {
        rows = Self.kernel(cvnni_form(range: cvnni_rows, bytes: bytes))
        clamped = Self.kernel(cvnni_form(range: cvnni_clamped, bytes: bytes))
    }

    /// Dot products of 16-bit integers on registers alone, for a benchmark to be measured against.
    static func peak(_ rounds: Int) -> Float { cvnni_peak(rounds) }
    /// Operations of a round of `peak`.
    static let peakOperations = 2 * 12 * 32

    private static func kernel(_ form: cvnni_form) -> GemmKernel? {
        guard isAvailable else { return nil }
        return GemmKernel(
            packedCount: { cvnni_packed_count($0, $1, form.bytes) },
            pack: { weights, k, n, packed in
                cvnni_pack(weights, k, n, form, UnsafeMutableRawPointer(packed).assumingMemoryBound(to: UInt32.self))
            },
            scratchCount: { (cvnni_scratch_bytes($0) + 3) / 4 }, run: { run($0, form) })
    }

    /// A product in one segment.
    private static func run(_ task: GemmTask, _ form: cvnni_form) {
        precondition(task.segments == 1 && task.aStride == task.k && task.scratch != nil)
        var product = cvnni_gemm_task(
            a: task.a, packed_b: UnsafeRawPointer(task.packedB).assumingMemoryBound(to: UInt32.self), bias: task.bias,
            c: task.c, residual: task.residual, scratch: UnsafeMutableRawPointer(task.scratch), m: task.m, k: task.k,
            n: task.n, clamp: task.activation == .relu6, clamp_residual: task.residualActivation == .relu6)
        cvnni_gemm(&product, form)
    }
}
