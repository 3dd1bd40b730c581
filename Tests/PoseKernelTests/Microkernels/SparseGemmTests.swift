import MicrokernelABI
import PoseKernel
import Support
import Testing

/// Products with mostly zero weights, against dense sums in double precision.
@Suite(.enabled(if: SparseGemm.isAvailable(with: .avx2), "this CPU has no AVX2")) struct SparseGemmTests {
    static let sets = InstructionSet.available.filter(SparseGemm.isAvailable)

    /// Every shape of the detector's sparse layers, and rows of them as bands take them.
    private static let layers: [(m: Int, k: Int, n: Int)] = [
        (112, 24, 16), (224, 16, 64), (112, 64, 24), (168, 24, 144), (56, 144, 24), (28, 144, 40), (84, 40, 240),
        (28, 240, 40), (196, 240, 80), (196, 80, 480), (196, 480, 80), (196, 480, 112),
        (196, 112, 672), (196, 672, 112), (196, 112, 192), (49, 672, 192), (49, 192, 1152), (49, 1152, 192),
        (196, 192, 192), (196, 192, 96), (784, 40, 96), (784, 96, 96),
    ]

    @Test("Every layer's shape, within what fp32 allows", arguments: layers.indices)
    func layer(index: Int) throws {
        let (m, k, n) = Self.layers[index]
        try check(m: m, k: k, n: n, residual: index.isMultiple(of: 2), side: index % 3 == 0 ? .before : .after)
    }

    @Test("Every remainder of pixels and channels, with forbidden pages on either side", arguments: 1...70)
    func remainders(m: Int) throws {
        for (k, n) in [(1, 1), (5, 3), (8, 8), (13, 17), (129, 9), (260, 7)] {
            for side in GuardedFloats.Side.allCases { try check(m: m, k: k, n: n, residual: m % 2 == 0, side: side) }
        }
    }

    @Test("Without a single weight, the bias is left")
    func empty() throws {
        let weights = [Float](repeating: 0, count: 24 * 16)
        for isa in Self.sets {
            let kernel = try #require(SparseGemm.kernel(for: weights, k: 24, n: 16, with: isa))
            let output = run(
                kernel, a: randomFloats(9 * 24, seed: 1), weights, bias: [Float](repeating: 2.5, count: 16), nil, m: 9,
                k: 24, n: 16, side: .after)
            #expect(output == [Float](repeating: 2.5, count: 9 * 16))
        }
    }

    @Test("Weights that are not sparse are left to the dense product")
    func dense() {
        #expect(SparseGemm.kernel(for: randomFloats(64 * 64, seed: 2), k: 64, n: 64, with: .avx2) == nil)
    }

    /// A quarter of the weights not zero, without a pattern, as in the detector; one column has none at all.
    static func weights(k: Int, n: Int, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed)
        var weights = randomFloats(n * k, seed: seed)
        for index in weights.indices where random.next() % 4 != 0 || (n > 1 && index / k == n / 2) {
            weights[index] = 0
        }
        if k * n < 4 { weights = weights.map { _ in 0 } }
        return weights
    }

    private func check(m: Int, k: Int, n: Int, residual: Bool, side: GuardedFloats.Side) throws {
        let seed = UInt64(m &* 31 &+ k &* 7 &+ n)
        let (a, weights) = (randomFloats(m * k, seed: seed), Self.weights(k: k, n: n, seed: seed + 1))
        let (bias, added) = (randomFloats(n, seed: seed + 2), randomFloats(m * n, seed: seed + 3))
        let expected = GemmTests.product(a, weights, bias, residual ? added : nil, m: m, k: k, n: n)
        for isa in Self.sets {
            guard let kernel = SparseGemm.kernel(for: weights, k: k, n: n, with: isa) else {
                // So few that chance made many of them not zero.
                #expect(k * n < 100)
                return
            }
            let output = run(kernel, a: a, weights, bias: bias, residual ? added : nil, m: m, k: k, n: n, side: side)
            #expect(deviation(output, expected, terms: k) < 1, "\(isa.rawValue) \(m)x\(k)x\(n)")
        }
    }

    private func run(
        _ kernel: GemmKernel, a: [Float], _ weights: [Float], bias: [Float], _ residual: [Float]?, m: Int, k: Int,
        n: Int,
        side: GuardedFloats.Side
    ) -> [Float] {
        let packed = GuardedFloats(count: kernel.packedCount(k, n), against: side)
        kernel.pack(weights, k, n, packed.base)
        let scratch = GuardedFloats(count: kernel.scratchCount(k), against: side)
        let (input, output) = (GuardedFloats(a, against: side), GuardedFloats(count: m * n, against: side))
        let padded = GuardedFloats(bias, against: side)
        let sum = residual.map { GuardedFloats($0, against: side) }
        kernel.run(
            GemmTask(
                a: input.base, packedB: packed.base, bias: padded.base, c: output.base, m: m, k: k, n: n,
                activation: .relu6, residual: sum.map { UnsafePointer($0.base) }, scratch: scratch.base))
        return output.values
    }
}
