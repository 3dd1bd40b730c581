import CSparse
package import MicrokernelABI

/// Matrix products that pass over weights of zero, in fp32: for the detector, three quarters of whose weights are.
package enum SparseGemm {
    /// Below this share of weights that are not zero it is faster than a dense product.
    private static let mostDensity = 0.4

    package static func isAvailable(with isa: InstructionSet) -> Bool {
        switch isa {
        case .avx512: csparse_available(true)
        case .avx2: csparse_available(false)
        case .portable, .neon: false
        }
    }

    static func countNonZero(_ weights: [Float]) -> Int { weights.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } }

    /// Whether enough of `weights`, n rows of k, are zero.
    static func suits(_ weights: [Float], k: Int, n: Int) -> Bool {
        max(k, n) <= Int(UInt16.max) && Double(countNonZero(weights)) <= mostDensity * Double(weights.count)
    }

    /// The kernel for `weights`, n rows of k; nil when too few of them are zero.
    package static func kernel(for weights: [Float], k: Int, n: Int, with isa: InstructionSet) -> GemmKernel? {
        guard suits(weights, k: k, n: n) else { return nil }
        let layout = SparseWeights(weights, k: k, n: n)
        let gemm = isa == .avx512 ? csparse_gemm_avx512 : csparse_gemm_avx2
        return GemmKernel(
            packedCount: { _, _ in layout.wordCount },
            pack: { weights, _, _, packed in layout.pack(weights, into: packed) },
            scratchCount: { _ in csparse_scratch_count(k, n) },
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
