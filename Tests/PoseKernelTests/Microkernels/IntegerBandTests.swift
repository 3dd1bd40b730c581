import MicrokernelABI
import PoseKernel
import Testing

/// Expand, depthwise, project in integers, against the three convolutions one after the other in double precision, with what
/// stands between the first two rounded to the same 256 levels. Weights and inputs are such that bytes hold them exactly.
@Suite(.enabled(if: Precision.available(with: .best).contains(.int8), "this CPU has no dot products of integers"))
struct IntegerBandTests {
    /// What a value may differ by when all are about one: some levels may be rounded the other way. A tap left out or
    /// taken from elsewhere makes tens of these.
    private static let tolerance = 0.03

    private static let kernels: [(kernel: Int, stride: Int)] = [(3, 1), (3, 2), (5, 1), (5, 2)]

    @Test("Every kernel and stride on small pictures of every size", arguments: kernels.indices)
    func small(index: Int) throws {
        let (kernel, stride) = Self.kernels[index]
        for height in [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17] {
            for width in [1, 2, 3, 4, 5, 7, 8, 9, 13, 16] {
                let side: GuardedFloats.Side = (height + width).isMultiple(of: 2) ? .before : .after
                let shape = Self.shape(height, width, depth: 8, channels: 16, kernel, stride, outputs: 8)
                try check(shape, residual: width % 3 == 0, side: side)
            }
        }
    }

    @Test("Every width of a panel, all channels", arguments: [8, 16, 24, 32, 48, 64, 72, 80, 96, 112, 144])
    func channels(channels: Int) throws {
        // Depths that are expanded in bytes and in 16 bits.
        for (depth, outputs) in [(16, 24), (24, 16), (40, 32), (64, 40), (72, 48), (88, 8), (144, 88)] {
            let shape = Self.shape(6, 10, depth: depth, channels: channels, 3, 1, outputs: outputs)
            try check(shape, residual: true, side: .after)
        }
    }

    @Test("Pictures that pass through the ring in several bands", arguments: kernels.indices)
    func bands(index: Int) throws {
        let (kernel, stride) = Self.kernels[index]
        for height in [40, 41] {
            let shape = Self.shape(height, 100, depth: 8, channels: 144, kernel, stride, outputs: 24)
            #expect(IntegerBand.Room(shape).ringCount < height / 2 * 100 * 144)
            try check(shape, residual: true, side: index.isMultiple(of: 2) ? .before : .after)
        }
    }

    @Test("Whatever the input, the sums do not overflow and nothing crashes", arguments: [16, 64])
    func extremes(depth: Int) throws {
        let shape = Self.shape(12, 12, depth: depth, channels: 32, 5, 1, outputs: 24)
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
            for i in 0..<depth { other.input[i] = strange }
            // What lies beyond the reach of the first pixel is as ever.
            let found = try other.run(.after)
            #expect(found[(3 * 12 * 24)...] == usual[(3 * 12 * 24)...])
        }
    }

    private static func shape(
        _ height: Int, _ width: Int, depth: Int, channels: Int, _ kernel: Int, _ stride: Int, outputs: Int
    ) -> IntegerBand.Shape {
        let pad = kernel / 2
        return IntegerBand.Shape(
            height: height, width: width, depth: depth, channels: channels, kernel: kernel, stride: stride,
            padTop: pad, padLeft: pad, outputHeight: (height + 2 * pad - kernel) / stride + 1,
            outputWidth: (width + 2 * pad - kernel) / stride + 1, outputs: outputs)
    }

    private func check(_ shape: IntegerBand.Shape, residual: Bool, side: GuardedFloats.Side) throws {
        var values = Values(shape)
        if residual { values.residual = randomFloats(values.outputCount, seed: 9) }
        let found = try values.run(side)
        #expect(values.deviation(found) < Self.tolerance, "\(shape)")
        #expect(try values.run(side) == found)
    }
}

extension IntegerBandTests {
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

        var outputCount: Int { shape.outputHeight * shape.outputWidth * shape.outputs }

        init(_ shape: IntegerBand.Shape) {
            self.shape = shape
            let taps = shape.kernel * shape.kernel
            func bias(_ count: Int, seed: UInt64) -> [Float] { randomFloats(count, seed: seed).map { $0 + 0.5 } }
            input = Self.bytes(shape.height * shape.width, terms: shape.depth, seed: 1).map { $0 * 3 }
            expansion = Self.bytes(shape.channels, terms: shape.depth, seed: 2)
            expansionBias = bias(shape.channels, seed: 3)
            depthwise = Self.turned(Self.bytes(shape.channels, terms: taps, seed: 4), shape.channels, taps)
            depthwiseBias = bias(shape.channels, seed: 5)
            projection = Self.bytes(shape.outputs, terms: shape.channels, seed: 6)
            projectionBias = randomFloats(shape.outputs, seed: 7)
        }

        /// `rows` rows of so many terms that each is a byte times its row's scale, the first of them 127 times.
        private static func bytes(_ rows: Int, terms: Int, seed: UInt64) -> [Float] {
            var values = randomFloats(rows * terms, seed: seed).map { ($0 * 127).rounded() }
            for row in 0..<rows { values[row * terms] = values[row * terms] < 0 ? -127 : 127 }
            return values.map { $0 / 64 / Float(terms).squareRoot() }
        }

        private static func turned(_ values: [Float], _ rows: Int, _ columns: Int) -> [Float] {
            (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
        }

        func run(_ side: GuardedFloats.Side) throws -> [Float] {
            let s = shape
            func packed(_ count: Int, _ pack: (UnsafeMutablePointer<Float>) -> Void) -> GuardedFloats {
                let floats = GuardedFloats(count: count, against: side)
                pack(floats.base)
                return floats
            }
            let first = packed(s.expansionCount) { s.packExpansion(expansion, expansionBias, into: $0) }
            let middle = packed(s.depthwiseCount) { s.packDepthwise(depthwise, depthwiseBias, into: $0) }
            let last = packed(s.projectionCount) { s.packProjection(projection, into: $0) }
            let bias = GuardedFloats(projectionBias + [Float](repeating: 0, count: 64), against: .after)
            let source = GuardedFloats(input, against: side)
            let added = residual.map { GuardedFloats($0, against: side) }
            let output = GuardedFloats(count: outputCount, against: side)
            let room = IntegerBand.Room(s)
            let ring = GuardedFloats(count: room.ringCount, against: side)
            let band = GuardedFloats(count: room.bandCount, against: side)
            let scratch = GuardedFloats(count: room.scratchCount, against: side)
            IntegerBand(
                s, input: source.base, expansion: first.base, depthwise: middle.base,
                projection: GemmTask(
                    a: source.base, packedB: last.base, bias: bias.base, c: output.base,
                    m: s.outputHeight * s.outputWidth, k: s.channels, n: s.outputs, activation: .none,
                    residual: added.map { UnsafePointer($0.base) }),
                workplace: IntegerBand.Workplace(ring: ring.base, band: band.base, scratch: scratch.base)
            ).run()
            return output.values
        }

        /// The largest difference from the exact values.
        func deviation(_ found: [Float]) -> Double {
            let expected = expected()
            return zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        }

        private func expected() -> [Double] {
            let s = shape
            // To the levels that stand between the first two convolutions.
            let expanded = Self.clamped(
                Self.product(input.map(Double.init), expansion, expansionBias, s.height * s.width, s.depth, s.channels)
            ).map { ($0 * 255 / 6).rounded() * 6 / 255 }
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
                Self.clamped(filtered), projection, projectionBias, s.outputHeight * s.outputWidth, s.channels,
                s.outputs)
            guard let residual else { return result }
            return zip(result, residual).map { $0 + Double($1) }
        }

        private static func clamped(_ values: [Double]) -> [Double] { values.map { min(max($0, 0), 6) } }

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
