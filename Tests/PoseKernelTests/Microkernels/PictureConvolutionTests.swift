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
        let worst = zip(found, expected(shape, pixels, range)).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
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

    private func expected(
        _ shape: PictureConvolution.Shape, _ pixels: [UInt8], _ range: CropSpecification.Range
    ) -> [Double] {
        func value(_ row: Int, _ column: Int, _ colour: Int) -> Double {
            let isInside = (0..<shape.height).contains(row) && (0..<shape.width).contains(column)
            // Outside stands the level that is nearest to zero.
            let outside = range == .unit ? 0.0 : 128
            let level = isInside ? Double(pixels[4 * (row * shape.width + column) + colour]) : outside
            return range == .unit ? level / 255 : level / 127.5 - 1
        }
        var result: [Double] = []
        for y in 0..<shape.outputHeight {
            for x in 0..<shape.outputWidth {
                for channel in 0..<PictureConvolution.channels {
                    var sum = Double(bias[channel])
                    for tap in 0..<9 {
                        let (row, column) = (2 * y - shape.padTop + tap / 3, 2 * x - shape.padLeft + tap % 3)
                        for colour in 0..<3 {
                            sum += value(row, column, colour) * Double(weights[27 * channel + 3 * tap + colour])
                        }
                    }
                    result.append(min(max(sum, 0), 6))
                }
            }
        }
        return result
    }
}
