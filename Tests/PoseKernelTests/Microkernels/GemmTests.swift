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

    @Test("Rows of A in pieces, as the taps of a larger kernel lie", arguments: InstructionSet.available)
    func segments(isa: InstructionSet) throws {
        let (m, n, length, pieces, stride, pieceStride) = (19, 24, 9, 3, 6, 150)
        let kernels = try #require(isa.microkernels)
        let line = randomFloats(2 * pieceStride + (m - 1) * stride + length, seed: 3)
        let weights = randomFloats(n * length * pieces, seed: 4)
        let bias = randomFloats(n, seed: 5)
        var gathered: [Float] = []
        for row in 0..<m {
            for piece in 0..<pieces {
                let start = row * stride + piece * pieceStride
                gathered += line[start..<start + length]
            }
        }
        let expected = Self.product(gathered, weights, bias, nil, m: m, k: length * pieces, n: n)
        for side in GuardedFloats.Side.allCases {
            let packed = GuardedFloats(count: kernels.gemm.packedCount(length * pieces, n), against: side)
            kernels.gemm.pack(weights, length * pieces, n, packed.base)
            let (input, output) = (GuardedFloats(line, against: side), GuardedFloats(count: m * n, against: side))
            let padded = GuardedFloats(bias + [Float](repeating: 0, count: 64), against: .after)
            kernels.gemm.run(
                GemmTask(
                    a: input.base, packedB: packed.base, bias: padded.base, c: output.base, m: m, k: length, n: n,
                    activation: .relu6, aStride: stride, segments: pieces, segmentStride: pieceStride))
            #expect(deviation(output.values, expected, terms: length * pieces) < 1)
        }
    }

    @Test("One column at a time gives what the whole product does, for any depth", arguments: InstructionSet.available)
    func dots(isa: InstructionSet) throws {
        for k in [48, 8, 1, 39] { try checkDots(isa, k: k) }
    }

    private func checkDots(_ isa: InstructionSet, k: Int) throws {
        let kernels = try #require(isa.microkernels)
        let (m, n) = (23, 39)
        let input = GuardedFloats(randomFloats(m * k, seed: 6), against: .after)
        let weights = GuardedFloats(randomFloats(n * k, seed: 7), against: .after)
        let bias = GuardedFloats(randomFloats(n, seed: 8) + [Float](repeating: 0, count: 64), against: .after)
        let packed = GuardedFloats(count: kernels.gemm.packedCount(k, n), against: .after)
        let whole = GuardedFloats(count: m * n, against: .after)
        kernels.gemm.pack(weights.base, k, n, packed.base)
        kernels.gemm.run(
            GemmTask(
                a: input.base, packedB: packed.base, bias: bias.base, c: whole.base, m: m, k: k, n: n,
                activation: .none))
        for (column, count) in [(0, 1), (38, 9), (20, 23), (7, 13)] {
            let output = GuardedFloats(count: count, against: .after)
            kernels.dots(
                DotTask(
                    a: input.base + (m - count) * k, weights: weights.base + column * k, bias: bias.base[column],
                    output: output.base, count: count, k: k))
            let expected = (m - count..<m).map { Double(whole.base[$0 * n + column]) }
            #expect(deviation(output.values, expected, terms: k) < 1, "\(column) \(count) \(k)")
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

    static func product(
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
