import CVNNI
import MicrokernelABI

/// Matrix products whose factors are rounded to integers of up to 16 bits and whose sums are exact.
enum Int16Gemm {
    static let isAvailable = cvnni_available()
    /// For an A whose rows are scaled each by its greatest magnitude. Nil where the CPU has no AVX512-VNNI.
    static let rows = kernel(cvnni_rows)
    /// For an A in 0...6.
    static let clamped = kernel(cvnni_clamped)

    /// Dot products on registers alone, for a benchmark to be measured against.
    static func peak(_ rounds: Int) -> Float { cvnni_peak(rounds) }
    /// Operations of a round of `peak`.
    static let peakOperations = 2 * 12 * 32

    private static func kernel(_ range: cvnni_range) -> GemmKernel? {
        guard isAvailable else { return nil }
        return GemmKernel(
            packedCount: { cvnni_packed_count($0, $1) },
            pack: { weights, k, n, packed in
                cvnni_pack(
                    weights, k, n, range, UnsafeMutableRawPointer(packed).assumingMemoryBound(to: UInt32.self))
            },
            scratchCount: { (cvnni_scratch_bytes($0) + 3) / 4 }, run: { run($0, range) })
    }

    /// A product in one segment.
    private static func run(_ task: GemmTask, _ range: cvnni_range) {
        precondition(task.segments == 1 && task.aStride == task.k && task.scratch != nil)
        var product = cvnni_gemm_task(
            a: task.a, packed_b: UnsafeRawPointer(task.packedB).assumingMemoryBound(to: UInt32.self), bias: task.bias,
            c: task.c, residual: task.residual, scratch: UnsafeMutableRawPointer(task.scratch), m: task.m, k: task.k,
            n: task.n, clamp: task.activation == .relu6, clamp_residual: task.residualActivation == .relu6)
        cvnni_gemm(&product, range)
    }
}
