import PoseKernel
import Support
import Testing

/// The convolution of a crop's bytes against plain loops in double precision.
@Suite(.enabled(if: Precision.available(with: .best).contains(.int8), "this CPU has no dot products of integers"))
struct PictureConvolutionTests {
    /// Half a step of a weight's 16 bits at each of 27 taps, and the roundings of a float around six.
    private static let tolerance = 27 * 0.5 / 32639 + 2e-6

    private let weights = randomFloats(PictureConvolution.channels * 27, seed: 1)
    private let bias = randomFloats(PictureConvolution.channels, seed: 2).map { $0 + 1 }

    @Test(
        "Pictures of every size, padded or not, with forbidden pages on either side",
        arguments: [CropSpecification.Range.unit, .signed])
    func sizes(range: CropSpecification.Range) {
        for height in [1, 2, 3, 4, 7, 12] {
            for width in [1, 2, 3, 5, 15, 16, 17, 18, 19, 32, 35, 48] {
                for pad in [0, 1] {
                    let shape = Self.shape(height, width, pad: pad)
                    check(shape, Self.pixels(shape), range, against: width.isMultiple(of: 2) ? .before : .after)
                }
            }
        }
    }

    @Test("The networks' sizes", arguments: [256, 224])
    func networks(side: Int) {
        let shape = Self.shape(side, side, pad: 1)
        check(shape, Self.pixels(shape), side == 256 ? .unit : .signed, against: .after)
    }

    @Test("White and black pictures neither overflow nor show the fourth byte", arguments: [UInt8(0), 255])
    func extremes(level: UInt8) {
        let shape = Self.shape(6, 40, pad: 1)
        let plain = [UInt8](repeating: level, count: 4 * 6 * 40)
        var marked = plain
        for index in stride(from: 3, to: marked.count, by: 4) { marked[index] = ~level }
        check(shape, plain, .unit, against: .after)
        #expect(run(shape, marked, .unit, rows: 0..<3, .after) == run(shape, plain, .unit, rows: 0..<3, .after))
    }

    @Test("Some rows are those of the whole")
    func rows() {
        let shape = Self.shape(20, 36, pad: 1)
        let pixels = Self.pixels(shape)
        let whole = run(shape, pixels, .unit, rows: 0..<10, .after)
        let length = shape.outputWidth * PictureConvolution.channels
        #expect(run(shape, pixels, .unit, rows: 3..<7, .before)[...] == whole[3 * length..<7 * length])
    }

    private static func shape(_ height: Int, _ width: Int, pad: Int) -> PictureConvolution.Shape {
        // With `pad` rows above, and whatever the size needs below.
        PictureConvolution.Shape(
            height: height, width: width, outputHeight: (height + 1) / 2, outputWidth: (width + 1) / 2, padTop: pad,
            padLeft: pad)
    }

    private static func pixels(_ shape: PictureConvolution.Shape) -> [UInt8] {
        var random = SplitMix64(seed: UInt64(shape.height * 1000 + shape.width))
        return (0..<4 * shape.height * shape.width).map { _ in UInt8(truncatingIfNeeded: random.next() >> 20) }
    }

    private func check(
        _ shape: PictureConvolution.Shape, _ pixels: [UInt8], _ range: CropSpecification.Range,
        against side: GuardedFloats.Side
    ) {
        let found = run(shape, pixels, range, rows: 0..<shape.outputHeight, side)
        let values = PictureValues(shape: shape, range: range, pixels: pixels, weights: weights, bias: bias)
        let worst = zip(found, values.convolved()).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        #expect(worst < Self.tolerance, "\(shape)")
    }

    private func run(
        _ shape: PictureConvolution.Shape, _ pixels: [UInt8], _ range: CropSpecification.Range, rows: Range<Int>,
        _ side: GuardedFloats.Side
    ) -> [Float] {
        let packed = GuardedFloats(count: PictureConvolution.packedCount, against: side)
        PictureConvolution.pack(weights, bias, range: range, into: packed.base)
        let source = GuardedValues(pixels, against: side == .before ? .before : .after)
        let output = GuardedFloats(
            count: rows.count * shape.outputWidth * PictureConvolution.channels, against: side)
        PictureConvolution(shape, pixels: source.base, range: range, packed: packed.base)
            .run(rows: rows, into: output.base)
        return output.values
    }
}
