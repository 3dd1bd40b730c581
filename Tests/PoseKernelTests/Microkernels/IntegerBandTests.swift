import MicrokernelABI
import PoseKernel
import Testing

/// Expand, depthwise, project in integers, against the three convolutions one after the other in double precision, with what
/// stands between the first two rounded to the same 256 levels. Weights and inputs are such that bytes hold them exactly.
@Suite(.enabled(if: Precision.available(with: .best).contains(.int8), "this CPU has no dot products of integers"))
struct IntegerBandTests {
    /// What a value may differ by when all are about one: some levels may be rounded the other way. A tap left out or
    /// taken from elsewhere makes tens of these.
    private static let tolerance = 0.05

    private static let everyChoice = [false, true].flatMap { expansion in
        [false, true].flatMap { aroundMean in
            [false, true].map { ByteFactors(expansion: expansion, aroundMean: aroundMean, projection: $0) }
        }
    }

    private static let kernels: [(kernel: Int, stride: Int)] = [(3, 1), (3, 2), (5, 1), (5, 2)]

    @Test("Every kernel and stride on small pictures of every size", arguments: kernels.indices, everyChoice)
    func small(index: Int, bytes: ByteFactors) throws {
        let (kernel, stride) = Self.kernels[index]
        for height in [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17] {
            for width in [1, 2, 3, 4, 5, 7, 8, 9, 13, 16] {
                let side: GuardedFloats.Side = (height + width).isMultiple(of: 2) ? .before : .after
                let shape = Self.shape(height, width, depth: 8, channels: 16, kernel, stride, outputs: 8, bytes)
                try check(shape, residual: width % 3 == 0, side: side)
            }
        }
    }

    @Test(
        "Every width of a panel, all channels", arguments: [8, 16, 24, 32, 48, 64, 72, 80, 96, 112, 144], everyChoice)
    func channels(channels: Int, bytes: ByteFactors) throws {
        for (depth, outputs) in [(16, 24), (24, 16), (40, 32), (64, 40), (72, 48), (88, 8), (144, 88)] {
            let shape = Self.shape(6, 10, depth: depth, channels: channels, 3, 1, outputs: outputs, bytes)
            try check(shape, residual: true, side: .after)
        }
    }

    @Test("Pictures that pass through the ring in several bands", arguments: kernels.indices, everyChoice)
    func bands(index: Int, bytes: ByteFactors) throws {
        let (kernel, stride) = Self.kernels[index]
        for (height, width) in [(40, 100), (41, 100), (42, 99), (43, 97)] {
            let shape = Self.shape(height, width, depth: 8, channels: 144, kernel, stride, outputs: 24, bytes)
            #expect(IntegerBand.Room(shape).ringCount < height / 2 * width * 144)
            try check(shape, residual: true, side: index.isMultiple(of: 2) ? .before : .after)
        }
    }

    @Test("Whatever the input, the sums do not overflow and nothing crashes", arguments: [16, 64, 88], everyChoice)
    func extremes(depth: Int, bytes: ByteFactors) throws {
        let shape = Self.shape(12, 12, depth: depth, channels: 32, 5, 1, outputs: 24, bytes)
        var values = BandValues(shape)
        values.steps = 255
        // Everything clamped to six, and taps and projection of one sign.
        values.expansion = [Float](repeating: 1, count: values.expansion.count)
        values.input = [Float](repeating: 100, count: values.input.count)
        values.depthwise = values.depthwise.map { abs($0) }
        values.projection = values.projection.map { -abs($0) }
        #expect(deviation(try run(values, .after), values) < Self.tolerance)
        for strange in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
            var other = BandValues(shape)
            let usual = try run(other, .after)
            for i in 0..<depth { other.input[i] = strange }
            // What lies beyond the reach of the first pixel is as ever.
            let found = try run(other, .after)
            let pairs = zip(found, usual).dropFirst(3 * 12 * 24)
            // Where differences from the mean are expanded, those of the other pixels may be others, otherwise rounded.
            let bound: Float = bytes.aroundMean ? 0.3 : 0
            #expect(pairs.allSatisfy { abs($0 - $1) <= bound })
        }
    }

    private static func shape(
        _ height: Int, _ width: Int, depth: Int, channels: Int, _ kernel: Int, _ stride: Int, outputs: Int,
        _ bytes: ByteFactors
    ) -> BandShape {
        let pad = kernel / 2
        return BandShape(
            height: height, width: width, depth: depth, channels: channels, kernel: kernel, stride: stride,
            padTop: pad, padLeft: pad, outputHeight: (height + 2 * pad - kernel) / stride + 1,
            outputWidth: (width + 2 * pad - kernel) / stride + 1, outputs: outputs, bytes: bytes)
    }

    private func check(_ shape: BandShape, residual: Bool, side: GuardedFloats.Side) throws {
        var values = BandValues(shape)
        values.steps = 255
        if residual { values.residual = randomFloats(values.outputCount, seed: 9) }
        let found = try run(values, side)
        #expect(deviation(found, values) < Self.tolerance, "\(shape)")
        #expect(try run(values, side) == found)
    }

    private func run(_ values: BandValues, _ side: GuardedFloats.Side) throws -> [Float] {
        let s = values.shape
        func packed(_ count: Int, _ pack: (UnsafeMutablePointer<Float>) -> Void) -> GuardedFloats {
            let floats = GuardedFloats(count: count, against: side)
            pack(floats.base)
            return floats
        }
        let first = packed(s.expansionCount) { s.packExpansion(values.expansion, into: $0) }
        let middle = packed(s.depthwiseCount) { s.packDepthwise(values.depthwise, values.depthwiseBias, into: $0) }
        let last = packed(s.projectionCount) { s.packProjection(values.projection, into: $0) }
        let kernel = try #require(Precision.int16.reducedGemm(clamped: false, bytes: false))
        let mean = packed(kernel.packedCount(s.depth, s.channels)) {
            kernel.pack(values.expansion, s.depth, s.channels, $0)
        }
        let expansionBias = GuardedFloats(values.expansionBias + [Float](repeating: 0, count: 64), against: .after)
        let bias = GuardedFloats(values.projectionBias + [Float](repeating: 0, count: 64), against: .after)
        let source = GuardedFloats(values.input, against: side)
        let added = values.residual.map { GuardedFloats($0, against: side) }
        let output = GuardedFloats(count: values.outputCount, against: side)
        let room = IntegerBand.Room(s)
        let ring = GuardedFloats(count: room.ringCount, against: side)
        let band = GuardedFloats(count: room.bandCount, against: side)
        let scratch = GuardedFloats(count: room.scratchCount, against: side)
        IntegerBand(
            s,
            expansion: GemmTask(
                a: source.base, packedB: first.base, bias: expansionBias.base, c: ring.base, m: s.height * s.width,
                k: s.depth, n: s.channels, activation: .relu6),
            middle: s.bytes.aroundMean ? UnsafePointer(mean.base) : nil, depthwise: middle.base,
            projection: GemmTask(
                a: source.base, packedB: last.base, bias: bias.base, c: output.base,
                m: s.outputHeight * s.outputWidth, k: s.channels, n: s.outputs, activation: .none,
                residual: added.map { UnsafePointer($0.base) }),
            workplace: IntegerBand.Workplace(ring: ring.base, band: band.base, scratch: scratch.base)
        ).run()
        return output.values
    }

    private func deviation(_ found: [Float], _ values: BandValues) -> Double {
        zip(found, values.expected()).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    }
}
