import PoseKernel

/// The convolution that a network begins with, by plain loops in double precision.
struct PictureValues {
    let shape: PictureConvolution.Shape
    let range: CropSpecification.Range
    /// Four bytes a pixel, of which the last does not matter.
    var pixels: [UInt8]
    /// channels x 3 x 3 x 3.
    var weights: [Float]
    var bias: [Float]

    /// Clamped to 0...6, NHWC.
    func convolved() -> [Double] {
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

    /// Outside stands the level that is nearest to zero.
    private func value(_ row: Int, _ column: Int, _ colour: Int) -> Double {
        let isInside = (0..<shape.height).contains(row) && (0..<shape.width).contains(column)
        let outside = range == .unit ? 0.0 : 128
        let level = isInside ? Double(pixels[4 * (row * shape.width + column) + colour]) : outside
        return range == .unit ? level / 255 : level / 127.5 - 1
    }
}
