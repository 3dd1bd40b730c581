import MicrokernelABI
import PoseKernel
import Testing

/// Expand, depthwise, project in integers, against the three convolutions one after the other in double precision.
@Suite(.enabled(if: Precision.available(with: .best).contains(.int16), "this CPU has no dot products of integers"))
struct IntegerBandTests {
    /// What a value may differ by when all are about one. A tap left out or taken from elsewhere makes hundreds of these.
    private static let tolerance = 2e-3

    /// Kernel and stride; padding as TensorFlow's SAME has it for even sizes, and none.
    static let kernels: [(kernel: Int, stride: Int, pad: Int)] = [
        (3, 1, 1), (3, 2, 0), (3, 2, 1), (5, 1, 2), (5, 2, 1), (5, 2, 2), (3, 1, 0), (5, 1, 0),
    ]

    @Test("Every kernel and stride on small pictures of every size", arguments: kernels.indices)
    func small(index: Int) throws {
        let (kernel, stride, pad) = Self.kernels[index]
        for height in [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17] {
            for width in [1, 2, 3, 4, 5, 7, 8, 9, 13, 16] {
                guard height + 2 * pad >= kernel, width + 2 * pad >= kernel else { continue }
                let side: GuardedFloats.Side = (height + width).isMultiple(of: 2) ? .before : .after
                let shape = Self.shape(height, width, depth: 8, channels: 16, kernel, stride, pad, outputs: 8)
                try check(shape, residual: width % 3 == 0, side: side)
            }
        }
    }

    @Test("Every width of a panel, all channels", arguments: [16, 32, 48, 64, 80, 96, 112, 144])
    func channels(channels: Int) throws {
        for (depth, outputs) in [(16, 24), (24, 16), (40, 39), (88, 1)] {
            let shape = Self.shape(6, 10, depth: depth, channels: channels, 3, 1, 1, outputs: outputs)
            try check(shape, residual: true, side: .after)
        }
    }

    @Test("Pictures that pass through the ring in several bands", arguments: kernels.indices)
    func bands(index: Int) throws {
        let (kernel, stride, pad) = Self.kernels[index]
        for height in [40, 41] {
            let shape = Self.shape(height, 100, depth: 8, channels: 144, kernel, stride, pad, outputs: 24)
            #expect(IntegerBand.Room(shape).ringCount < height / 2 * 100 * 144)
            try check(shape, residual: true, side: index.isMultiple(of: 2) ? .before : .after)
        }
    }

    @Test("Whatever the input, the sums do not overflow and nothing crashes")
    func extremes() throws {
        let shape = Self.shape(12, 12, depth: 16, channels: 32, 5, 1, 2, outputs: 24)
        var values = Values(shape)
        // Everything clamped to six, and taps and projection of one sign.
        values.expansion = [Float](repeating: 1, count: values.expansion.count)
        values.input = [Float](repeating: 100, count: values.input.count)
        values.depthwise = values.depthwise.map { abs($0) }
        values.projection = values.projection.map { -abs($0) }
        #expect(values.deviation(try values.run(.after)) < Self.tolerance)
        for strange in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
            var other = Values(shape)
            let usual = try other.run(.after)
            for i in 0..<16 { other.input[i] = strange }
            // What lies beyond the reach of the first pixel is as ever.
            let found = try other.run(.after)
            #expect(found[(3 * 12 * 24)...] == usual[(3 * 12 * 24)...])
        }
    }

    static func shape(
        _ height: Int, _ width: Int, depth: Int, channels: Int, _ kernel: Int, _ stride: Int, _ pad: Int, outputs: Int
    ) -> IntegerBand.Shape {
        // One more row and column of padding at the end, where a picture of even size has it.
        let extra = kernel - 1 - pad
        return IntegerBand.Shape(
            height: height, width: width, depth: depth, channels: channels, kernel: kernel, stride: stride,
            padTop: pad, padLeft: pad, outputHeight: (height + pad + extra - kernel) / stride + 1,
            outputWidth: (width + pad + extra - kernel) / stride + 1, outputs: outputs)
    }

    private func check(_ shape: IntegerBand.Shape, residual: Bool, side: GuardedFloats.Side) throws {
        var values = Values(shape)
        if residual { values.residual = randomFloats(values.outputCount, seed: 9) }
        let found = try values.run(side)
        #expect(values.deviation(found) < Self.tolerance, "\(shape)")
        #expect(try values.run(side) == found)
    }

    /// What goes into a band; the values between its layers are about one.
    struct Values {
        let shape: IntegerBand.Shape
        var input: [Float]
        var expansion: [Float]
        var expansionBias: [Float]
        var depthwise: [Float]
        var depthwiseBias: [Float]
        var projection: [Float]
        var projectionBias: [Float]
        var residual: [Float]?
        /// Whether expansion and depthwise convolution clamp to 0...6.
        var clamps = true

        var outputCount: Int { shape.outputHeight * shape.outputWidth * shape.outputs }

        init(_ shape: IntegerBand.Shape) {
            self.shape = shape
            let taps = shape.kernel * shape.kernel
            func weights(_ count: Int, terms: Int, seed: UInt64) -> [Float] {
                randomFloats(count, seed: seed).map { $0 * 2 / Float(terms).squareRoot() }
            }
            input = randomFloats(shape.height * shape.width * shape.depth, seed: 1).map { $0 * 3 }
            expansion = weights(shape.channels * shape.depth, terms: shape.depth, seed: 2)
            expansionBias = randomFloats(shape.channels, seed: 3)
            depthwise = weights(taps * shape.channels, terms: taps, seed: 4)
            depthwiseBias = randomFloats(shape.channels, seed: 5)
            projection = weights(shape.outputs * shape.channels, terms: shape.channels, seed: 6)
            projectionBias = randomFloats(shape.outputs, seed: 7)
        }

        func run(_ side: GuardedFloats.Side) throws -> [Float] {
            let (first, last) = (
                try #require(Precision.int16.reducedGemm(pixels: 1, clamped: false)),
                try #require(Precision.int16.reducedGemm(pixels: 1, clamped: true))
            )
            let s = shape
            func packed(_ kernel: GemmKernel, _ weights: [Float], _ k: Int, _ n: Int) -> GuardedFloats {
                let packed = GuardedFloats(count: kernel.packedCount(k, n), against: side)
                kernel.pack(weights, k, n, packed.base)
                return packed
            }
            func padded(_ bias: [Float]) -> GuardedFloats {
                GuardedFloats(bias + [Float](repeating: 0, count: 64), against: .after)
            }
            let (expand, project) = (
                packed(first, expansion, s.depth, s.channels), packed(last, projection, s.channels, s.outputs)
            )
            let middle = GuardedFloats(
                count: IntegerBand.packedCount(channels: s.channels, kernel: s.kernel), against: side)
            IntegerBand.pack(depthwise, depthwiseBias, kernel: s.kernel, into: middle.base)
            let (expandBias, projectBias) = (padded(expansionBias), padded(projectionBias))
            let source = GuardedFloats(input, against: side)
            let added = residual.map { GuardedFloats($0, against: side) }
            let output = GuardedFloats(count: outputCount, against: side)
            let room = IntegerBand.Room(s)
            let ring = GuardedFloats(count: room.ringCount, against: side)
            let band = GuardedFloats(count: room.bandCount, against: side)
            let scratch = GuardedFloats(count: first.scratchCount(s.depth), against: side)
            IntegerBand(
                s,
                expansion: GemmTask(
                    a: source.base, packedB: expand.base, bias: expandBias.base, c: ring.base, m: s.height * s.width,
                    k: s.depth, n: s.channels, activation: .relu6, scratch: scratch.base),
                depthwise: middle.base,
                projection: GemmTask(
                    a: band.base, packedB: project.base, bias: projectBias.base, c: output.base,
                    m: s.outputHeight * s.outputWidth, k: s.channels, n: s.outputs, activation: .none,
                    residual: added.map { UnsafePointer($0.base) }),
                ring: ring.base, band: band.base
            ).run()
            return output.values
        }

        /// The largest difference from the exact values.
        func deviation(_ found: [Float]) -> Double {
            let expected = expected()
            return zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        }

        func expected() -> [Double] {
            let s = shape
            func clamped(_ values: [Double]) -> [Double] { clamps ? values.map { min(max($0, 0), 6) } : values }
            let expanded = clamped(
                Self.product(input.map(Double.init), expansion, expansionBias, s.height * s.width, s.depth, s.channels))
            var filtered = [Double](repeating: 0, count: s.outputHeight * s.outputWidth * s.channels)
            for y in 0..<s.outputHeight {
                for x in 0..<s.outputWidth {
                    let target = (y * s.outputWidth + x) * s.channels
                    for c in 0..<s.channels { filtered[target + c] = Double(depthwiseBias[c]) }
                    for ky in 0..<s.kernel {
                        let row = y * s.stride - s.padTop + ky
                        guard (0..<s.height).contains(row) else { continue }
                        for kx in 0..<s.kernel {
                            let column = x * s.stride - s.padLeft + kx
                            guard (0..<s.width).contains(column) else { continue }
                            let (source, weights) = (
                                (row * s.width + column) * s.channels, (ky * s.kernel + kx) * s.channels
                            )
                            for c in 0..<s.channels {
                                filtered[target + c] += expanded[source + c] * Double(depthwise[weights + c])
                            }
                        }
                    }
                }
            }
            let result = Self.product(
                clamped(filtered), projection, projectionBias, s.outputHeight * s.outputWidth, s.channels, s.outputs)
            guard let residual else { return result }
            return zip(result, residual).map { $0 + Double($1) }
        }

        private static func product(
            _ a: [Double], _ weights: [Float], _ bias: [Float], _ m: Int, _ k: Int, _ n: Int
        ) -> [Double] {
            var columns = [Double](repeating: 0, count: k * n)
            for j in 0..<n { for i in 0..<k { columns[i * n + j] = Double(weights[j * k + i]) } }
            var result: [Double] = []
            for r in 0..<m {
                var sums = bias.map(Double.init)
                for i in 0..<k { for j in 0..<n { sums[j] += a[r * k + i] * columns[i * n + j] } }
                result += sums
            }
            return result
        }
    }
}
