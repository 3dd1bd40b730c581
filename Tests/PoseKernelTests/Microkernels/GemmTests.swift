import MicrokernelABI
import PoseKernel
import Testing

/// The matrix products of both networks, on every instruction set of this CPU, against sums in double precision.
@Suite struct GemmTests {
    /// m (pixels), k (input channels), n (output channels) of every 1x1 convolution of the two models, and of their
    /// other dense convolutions row by row.
    static let layers: [(m: Int, k: Int, n: Int)] = [
        (4, 288, 288), (16, 288, 288), (49, 192, 1152), (49, 288, 6), (49, 288, 72), (49, 672, 192), (49, 1152, 192),
        (64, 144, 864), (64, 528, 144), (64, 864, 48), (64, 864, 144), (64, 864, 288), (196, 48, 2), (196, 48, 24),
        (196, 80, 480), (196, 112, 192), (196, 112, 672), (196, 192, 192), (196, 240, 80), (196, 480, 80),
        (196, 480, 112), (196, 672, 112), (196, 1152, 192), (256, 64, 384), (256, 88, 48), (256, 88, 528),
        (256, 192, 64), (256, 384, 64), (256, 384, 88), (256, 528, 88), (784, 24, 2), (784, 24, 24), (784, 40, 96),
        (784, 40, 240), (784, 96, 96), (784, 144, 40), (784, 192, 96), (784, 240, 40), (1024, 32, 48), (1024, 32, 192),
        (1024, 144, 32), (1024, 192, 32), (3136, 24, 144), (3136, 64, 24), (3136, 144, 24), (4096, 24, 48),
        (4096, 24, 144), (4096, 48, 8), (4096, 48, 39), (4096, 64, 24), (4096, 144, 24), (12544, 16, 64),
        (12544, 24, 16), (16384, 8, 8), (16384, 16, 8), (16384, 16, 64), (16384, 24, 16), (65536, 8, 8),
        (1, 1152, 1), (1, 1152, 117), (1, 1152, 195), (112, 27, 24), (128, 27, 24), (256, 72, 1),
    ]

    @Test("Every layer's shape, within what fp32 allows", arguments: layers.indices)
    func layer(index: Int) throws {
        let (m, k, n) = Self.layers[index]
        try check(m: m, k: k, n: n, residual: index.isMultiple(of: 2), side: index % 3 == 0 ? .before : .after)
    }

    @Test("Every remainder of rows and columns, with forbidden pages on either side", arguments: 1...50)
    func remainders(m: Int) throws {
        for n in [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 47, 49, 63, 65, 80] {
            for side in GuardedFloats.Side.allCases { try check(m: m, k: 13, n: n, residual: m % 2 == 0, side: side) }
        }
    }

    private func check(m: Int, k: Int, n: Int, residual: Bool, side: GuardedFloats.Side) throws {
        let seed = UInt64(m &* 31 &+ k &* 7 &+ n)
        let (a, weights) = (randomFloats(m * k, seed: seed), randomFloats(n * k, seed: seed + 1))
        let (bias, added) = (randomFloats(n, seed: seed + 2), randomFloats(m * n, seed: seed + 3))
        let expected = Self.product(a, weights, bias, residual ? added : nil, m: m, k: k, n: n)
        for isa in InstructionSet.available {
            let kernels = try #require(isa.microkernels)
            let packed = GuardedFloats(count: kernels.gemm.packedCount(k, n), against: side)
            kernels.gemm.pack(weights, k, n, packed.base)
            let input = GuardedFloats(a, against: side)
            // A panel's bias is read in whole vectors.
            let padded = GuardedFloats(bias + [Float](repeating: 0, count: 64), against: .after)
            let output = GuardedFloats(count: m * n, against: side)
            let sum = GuardedFloats(added, against: side)
            kernels.gemm.run(
                GemmTask(
                    a: input.base, packedB: packed.base, bias: padded.base, c: output.base, m: m, k: k, n: n,
                    activation: .relu6, residual: residual ? UnsafePointer(sum.base) : nil,
                    residualActivation: .none))
            #expect(deviation(output.values, expected, terms: k) < 1, "\(isa.rawValue) \(m)x\(k)x\(n)")
        }
    }

    private static func product(
        _ a: [Float], _ weights: [Float], _ bias: [Float], _ residual: [Float]?, m: Int, k: Int, n: Int
    ) -> [Double] {
        // Columns next to each other, so that the compiler makes vectors of them.
        var columns = [Double](repeating: 0, count: k * n)
        for j in 0..<n { for i in 0..<k { columns[i * n + j] = Double(weights[j * k + i]) } }
        var result = [Double](repeating: 0, count: m * n)
        for r in 0..<m {
            var sums = bias.map(Double.init)
            for i in 0..<k {
                let value = Double(a[r * k + i])
                for j in 0..<n { sums[j] += value * columns[i * n + j] }
            }
            for j in 0..<n { result[r * n + j] = min(max(sums[j], 0), 6) + Double(residual?[r * n + j] ?? 0) }
        }
        return result
    }
}
