import MicrokernelABI
import PoseKernel
import Support
import Testing

/// The block that a network begins with and the one behind it, against plain loops in double precision. Weights of the
/// first convolution are such that bytes hold them exactly.
@Suite(.enabled(if: Precision.available(with: .best).contains(.int8), "this CPU has no dot products of integers"))
struct IntegerStemTests {
    /// What values of about one may differ by: a step of 16 bits of each factor at each of 60 sums. A tap that is left out
    /// or taken from elsewhere makes tens of these.
    private static let tolerance = 4e-3
    /// As in `IntegerBandTests`.
    private static let bandTolerance = 0.03

    @Test(
        "Pictures of every size, with forbidden pages on either side",
        arguments: [CropSpecification.Range.unit, .signed])
    func sizes(range: CropSpecification.Range) {
        for height in [1, 2, 3, 4, 5, 7, 8, 9, 12, 17] {
            for width in [1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 17] {
                let side: GuardedFloats.Side = (height + width).isMultiple(of: 2) ? .before : .after
                check(StemValues(outputHeight: height, outputWidth: width, range), side)
            }
        }
    }

    @Test("The networks' sizes and orders of padding", arguments: [128, 112])
    func networks(side: Int) {
        check(StemValues(outputHeight: side, outputWidth: side, side == 128 ? .unit : .signed), .after)
        check(StemValues(outputHeight: side, outputWidth: side, side == 128 ? .signed : .unit, pad: 0), .before)
    }

    @Test("Channels of small signals are as exact behind taps of hundreds, and those that are never positive are zero")
    func smallSignals() {
        var values = StemValues(outputHeight: 9, outputWidth: 12, .unit)
        for channel in [0, 17] {
            for i in 0..<27 { values.picture[27 * channel + i] /= 1024 }
            values.pictureBias[channel] = 0.01
            for tap in 0..<9 { values.depthwise[24 * tap + channel] *= 400 }
        }
        for channel in [5, 20] { values.pictureBias[channel] = -100 }
        check(values, .after)
    }

    @Test("White and black pictures do not overflow, whatever the signs of the weights", arguments: [UInt8(0), 255])
    func extremes(level: UInt8) {
        var values = StemValues(outputHeight: 6, outputWidth: 10, .unit)
        values.pixels = [UInt8](repeating: level, count: values.pixels.count)
        check(values, .after)
        for sign: Float in [1, -1] {
            values.picture = values.picture.map { abs($0) }
            values.pictureBias = values.pictureBias.map { _ in 8 }
            values.depthwise = values.depthwise.map { abs($0) }
            values.projection = values.projection.map { sign * abs($0) }
            check(values, .after)
        }
    }

    @Test("Weights that bytes do not hold give what the exact ones do where the picture is even, in any colour")
    func evenPictures() {
        var values = StemValues(outputHeight: 8, outputWidth: 12, .unit, pad: 0)
        values.picture = randomFloats(values.picture.count, seed: 11)
        /// Of the outputs that read nothing from beyond the picture.
        func inner(_ values: [Double]) -> [Double] {
            (0..<6).flatMap { y in values[y * 12 * IntegerStem.outputs..<(y * 12 + 10) * IntegerStem.outputs] }
        }
        func innerDeviation() -> Double {
            let found = inner(run(values, .after).floats.map(Double.init)), expected = inner(values.expected())
            return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
        }
        #expect(innerDeviation() > 2 * Self.tolerance)
        for colour: [UInt8] in [[200, 90, 30], [0, 255, 0], [128, 128, 128]] {
            for index in values.pixels.indices { values.pixels[index] = index % 4 < 3 ? colour[index % 4] : 0 }
            #expect(innerDeviation() < Self.tolerance, "\(colour)")
        }
    }

    @Test("The fourth byte of a pixel does not matter, nor whether the floats are wanted; two runs give the same bits")
    func sameBits() {
        var values = StemValues(outputHeight: 10, outputWidth: 13, .signed)
        let usual = run(values, .after)
        #expect(run(values, .after) == usual)
        #expect(run(values, .after, floats: false).band == usual.band)
        for index in stride(from: 3, to: values.pixels.count, by: 4) { values.pixels[index] = ~values.pixels[index] }
        #expect(run(values, .after) == usual)
    }

    private func check(_ values: StemValues, _ side: GuardedFloats.Side) {
        let found = run(values, side)
        let size = "\(values.shape.outputHeight) x \(values.shape.outputWidth)"
        #expect(deviation(found.floats, values.expected()) < Self.tolerance, "\(size)")
        var band = values.band
        band.input = found.floats
        #expect(deviation(found.band, band.expected()) < Self.bandTolerance, "\(size), the block behind it")
    }

    private func deviation(_ found: [Float], _ expected: [Double]) -> Double {
        found.count == expected.count
            ? zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } : .infinity
    }

    private struct Results: Equatable {
        var floats: [Float]
        var band: [Float]
    }

    private func run(_ values: StemValues, _ side: GuardedFloats.Side, floats: Bool = true) -> Results {
        func packed(_ count: Int, _ pack: (UnsafeMutablePointer<Float>) -> Void) -> GuardedFloats {
            let floats = GuardedFloats(count: count, against: side)
            pack(floats.base)
            return floats
        }
        let (band, s) = (values.band, values.band.shape)
        let weights = packed(IntegerStem.packedCount) { IntegerStem.pack(values.layers, range: values.range, into: $0) }
        let first = packed(s.expansionCount) {
            s.packRoundedExpansion(band.expansion, band.expansionBias, stem: weights.base, into: $0)
        }
        let middle = packed(s.depthwiseCount) { s.packDepthwise(band.depthwise, band.depthwiseBias, into: $0) }
        let last = packed(s.projectionCount) { s.packProjection(band.projection, into: $0) }
        let bias = GuardedFloats(band.projectionBias + [Float](repeating: 0, count: 64), against: .after)
        let pixels = GuardedValues(values.pixels, against: side == .before ? .before : .after)
        let stem = GuardedFloats(count: s.height * s.width * s.depth, against: side)
        let output = GuardedFloats(count: band.outputCount, against: side)
        let (room, rows) = (IntegerBand.Room(s), IntegerStem.ringCount(values.shape))
        let ring = GuardedFloats(count: room.ringCount, against: side)
        let own = GuardedFloats(count: rows, against: side)
        let place = GuardedFloats(count: room.bandCount, against: side)
        let scratch = GuardedFloats(count: room.scratchCount, against: side)
        IntegerBand(
            s,
            expansion: GemmTask(
                a: stem.base, packedB: first.base, bias: bias.base, c: ring.base, m: s.height * s.width, k: s.depth,
                n: s.channels, activation: .relu6),
            middle: nil, depthwise: middle.base,
            projection: GemmTask(
                a: stem.base, packedB: last.base, bias: bias.base, c: output.base,
                m: s.outputHeight * s.outputWidth, k: s.channels, n: s.outputs, activation: .none),
            workplace: IntegerBand.Workplace(ring: ring.base, band: place.base, scratch: scratch.base),
            stem: IntegerStem(
                values.shape, pixels: pixels.base, range: values.range, packed: weights.base,
                output: floats ? stem.base : nil, ring: own.base)
        ).run()
        return Results(floats: stem.values, band: output.values)
    }
}

/// What goes into a stem and the band behind it, and what comes out of the stem in double precision.
private struct StemValues {
    let shape: PictureConvolution.Shape
    let range: CropSpecification.Range
    var pixels: [UInt8]
    var picture: [Float]
    var pictureBias: [Float]
    var depthwise: [Float]
    var depthwiseBias = randomFloats(channels, seed: 3).map { $0 + 0.5 }
    var projection = randomFloats(outputs * channels, seed: 4).map { $0 / 2 }
    var projectionBias = randomFloats(outputs, seed: 5)
    var band: BandValues

    private static let (channels, outputs) = (IntegerStem.channels, IntegerStem.outputs)

    init(outputHeight: Int, outputWidth: Int, _ range: CropSpecification.Range, pad: Int = 1) {
        shape = PictureConvolution.Shape(
            height: 2 * outputHeight - outputHeight % 2, width: 2 * outputWidth - outputWidth % 2,
            outputHeight: outputHeight, outputWidth: outputWidth, padTop: pad, padLeft: pad)
        self.range = range
        var random = SplitMix64(seed: UInt64(outputHeight * 1000 + outputWidth))
        pixels = (0..<4 * shape.height * shape.width).map { _ in UInt8(truncatingIfNeeded: random.next() >> 20) }
        picture = randomFloats(Self.channels * 27, seed: 1).map { ($0 * 127).rounded() }
        for channel in 0..<Self.channels { picture[27 * channel] = 127 }
        picture = picture.map { $0 / 127 }
        pictureBias = randomFloats(Self.channels, seed: 2).map { $0 + 1 }
        depthwise = randomFloats(9 * Self.channels, seed: 6).map { $0 / 3 }
        band = BandValues(
            BandShape(
                height: outputHeight, width: outputWidth, depth: Self.outputs, channels: 64, kernel: 3, stride: 2,
                padTop: 1, padLeft: 1, outputHeight: (outputHeight + 1) / 2, outputWidth: (outputWidth + 1) / 2,
                outputs: 24))
        band.steps = 255
    }

    var layers: IntegerStem.Layers {
        IntegerStem.Layers(
            picture: (picture, pictureBias), depthwise: (depthwise, depthwiseBias),
            projection: (projection, projectionBias))
    }

    func expected() -> [Double] {
        let first = PictureValues(
            shape: shape, range: range, pixels: pixels, weights: picture, bias: pictureBias
        ).convolved()
        let (height, width, channels) = (shape.outputHeight, shape.outputWidth, Self.channels)
        var result: [Double] = []
        for y in 0..<height {
            for x in 0..<width {
                var filtered = depthwiseBias.map(Double.init)
                for tap in 0..<9 {
                    let (row, column) = (y - 1 + tap / 3, x - 1 + tap % 3)
                    guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                    let source = (row * width + column) * channels
                    for c in 0..<channels { filtered[c] += first[source + c] * Double(depthwise[tap * channels + c]) }
                }
                for output in 0..<Self.outputs {
                    result.append(
                        (0..<channels).reduce(Double(projectionBias[output])) {
                            $0 + min(max(filtered[$1], 0), 6) * Double(projection[output * channels + $1])
                        })
                }
            }
        }
        return result
    }
}
