import CBF16
import MicrokernelABI

/// Matrix products whose factors are rounded to bf16 and whose sums are fp32.
enum BF16Gemm {
    /// Nil where the CPU has no AVX512-BF16.
    static let kernel: GemmKernel? =
        cbf16_available()
        ? GemmKernel(packedCount: { cbf16_packed_count($0, $1) }, pack: pack, scratchCount: scratchCount, run: run)
        : nil

    /// Dot products on registers alone, for a benchmark to be measured against.
    static func peak(_ rounds: Int) -> Float { cbf16_peak(rounds) }
    /// Floating-point operations of a round of `peak`.
    static let peakOperations = 2 * 12 * 32

    @Sendable
    private static func pack(
        _ weights: UnsafePointer<Float>, _ k: Int, _ n: Int, _ packed: UnsafeMutablePointer<Float>
    ) {
        cbf16_pack(weights, k, n, UnsafeMutableRawPointer(packed).assumingMemoryBound(to: UInt32.self))
    }

    @Sendable
    private static func scratchCount(_ k: Int) -> Int { (cbf16_scratch_bytes(k) + 3) / 4 }

    /// A product in one segment.
    @Sendable
    private static func run(_ task: GemmTask) {
        precondition(task.segments == 1 && task.aStride == task.k && task.scratch != nil)
        var product = cbf16_gemm_task(
            a: task.a, packed_b: UnsafeRawPointer(task.packedB).assumingMemoryBound(to: UInt32.self), bias: task.bias,
            c: task.c, residual: task.residual, scratch: UnsafeMutableRawPointer(task.scratch), m: task.m, k: task.k,
            n: task.n, clamp: task.activation == .relu6, clamp_residual: task.residualActivation == .relu6)
        cbf16_gemm(&product)
    }
}
