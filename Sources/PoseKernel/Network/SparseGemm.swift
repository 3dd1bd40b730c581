import CSparse
package import MicrokernelABI

/// Matrix products that pass over weights of zero, in fp32: for the detector, three quarters of whose weights are.
package enum SparseGemm {
    /// Below this share of weights that are not zero it is faster than a dense product.
    private static let mostDensity = 0.4

    package static func isAvailable(with isa: InstructionSet) -> Bool {
        (isa == .avx2 || isa == .avx512) && isa.microkernels != nil
    }

    static func countNonZero(_ weights: [Float]) -> Int { weights.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } }

    /// Whether enough of `weights`, n rows of k, are zero.
    static func suits(_ weights: [Float], k: Int, n: Int) -> Bool {
        max(k, n) <= Int(UInt16.max) && Double(countNonZero(weights)) <= mostDensity * Double(weights.count)
    }

    /// Floats.
    static func scratchCount(k: Int, n: Int) -> Int { csparse_scratch_count(k, n) }

    /// The kernel for `weights`, n rows of k; nil when too few of them are zero.
    package static func kernel(for weights: [Float], k: Int, n: Int, with isa: InstructionSet) -> GemmKernel? {
        guard suits(weights, k: k, n: n) else { return nil }
        let wordCount = SparseWeights.wordCount(weights, k: k, n: n)
        let gemm = isa == .avx512 ? csparse_gemm_avx512 : csparse_gemm_avx2
        return GemmKernel(
            packedCount: { _, _ in wordCount },
            pack: { weights, k, n, packed in SparseWeights.pack(weights, k: k, n: n, into: packed) },
            scratchCount: { scratchCount(k: $0, n: n) },
            run: {
                var product = csparse_task($0)
                gemm(&product)
            })
    }
}

extension csparse_task {
    /// A product in one segment.
    init(_ task: GemmTask) {
        precondition(task.segments == 1 && task.aStride == task.k)
        self.init(
            weights: SparseWeights.view(task.packedB, k: task.k, n: task.n), a: task.a, bias: task.bias, c: task.c,
            residual: task.residual, scratch: task.scratch, m: task.m, clamp: task.activation == .relu6,
            clamp_residual: task.residualActivation == .relu6)
    }
}
