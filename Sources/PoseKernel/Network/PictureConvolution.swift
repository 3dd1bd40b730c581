import CVNNI
import MicrokernelABI

/// The convolution that a network begins with, on the bytes that a crop fills: 3x3 with stride 2 from three colours to 24
/// channels, clamped to 0...6. Weights are rounded to 16 bits; their sums with the levels are exact.
package struct PictureConvolution {
    package static let channels = Int(cvnni_picture_channels)
    package static var packedCount: Int { cvnni_picture_count() }

    /// Of the output.
    let height: Int
    let width: Int
    private let task: cvnni_picture_task

    /// Rows and columns of the picture and of the output, and of what counts as zero above and to the left.
    package struct Shape: Sendable {
        package var height: Int
        package var width: Int
        package var outputHeight: Int
        package var outputWidth: Int
        package var padTop: Int
        package var padLeft: Int

        package init(
            height: Int, width: Int, outputHeight: Int, outputWidth: Int, padTop: Int, padLeft: Int
        ) {
            (self.height, self.width, self.padTop, self.padLeft) = (height, width, padTop, padLeft)
            (self.outputHeight, self.outputWidth) = (outputHeight, outputWidth)
        }
    }

    /// - Parameters:
    ///   - pixels: height x width of the shape, as in `PixelInput`, on a multiple of four bytes.
    ///   - packed: laid out by `pack` for the same range.
    package init(
        _ shape: Shape, pixels: UnsafePointer<UInt8>, range: CropSpecification.Range, packed: UnsafePointer<Float>
    ) {
        (height, width) = (shape.outputHeight, shape.outputWidth)
        task = shape.task(pixels: pixels, range: range, packed: packed)
    }

    /// OHWI weights and a bias for each channel, for pixels whose values lie in `range`: into `packedCount` floats' room.
    package static func pack(
        _ weights: [Float], _ bias: [Float], range: CropSpecification.Range, into packed: UnsafeMutablePointer<Float>
    ) {
        let (factor, offset) = range.scale
        cvnni_pack_picture(
            weights, bias, factor, offset, UnsafeMutableRawPointer(packed).assumingMemoryBound(to: UInt32.self))
    }

    /// Computes `rows`, the first of them at `target`.
    package func run(rows: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: task) { cvnni_picture($0, rows.lowerBound, rows.upperBound, target) }
    }

    var multiplyAdds: Int { height * width * Self.channels * 27 }
}

extension PictureConvolution {
    /// Whether `convolution` can be computed so where its input is the picture.
    static func suits(_ convolution: Graph.Convolution) -> Bool {
        convolution.kernelHeight == 3 && convolution.kernelWidth == 3 && convolution.stride == 2
            && convolution.bias.count == channels && convolution.weights.count == 27 * channels
            && convolution.activation == .relu6
    }
}

extension PictureConvolution.Shape {
    init(_ convolution: Graph.Convolution, _ input: Graph.Shape, _ output: Graph.Shape) {
        self.init(
            height: input.height, width: input.width, outputHeight: output.height, outputWidth: output.width,
            padTop: convolution.padding.top, padLeft: convolution.padding.left)
    }

    /// `packed` nil: the weights stand elsewhere.
    func task(
        pixels: UnsafePointer<UInt8>, range: CropSpecification.Range, packed: UnsafePointer<Float>?
    ) -> cvnni_picture_task {
        cvnni_picture_task(
            pixels: UnsafeRawPointer(pixels).assumingMemoryBound(to: UInt32.self),
            packed: UnsafeRawPointer(packed)?.assumingMemoryBound(to: UInt32.self), height: height, width: width,
            output_width: outputWidth, pad_top: padTop, pad_left: padLeft, margin: range.zeroLevel)
    }
}

extension CropSpecification.Range {
    /// The level that comes nearest to a value of zero.
    fileprivate var zeroLevel: UInt8 {
        switch self {
        case .unit: 0
        case .signed: 128
        }
    }
}
