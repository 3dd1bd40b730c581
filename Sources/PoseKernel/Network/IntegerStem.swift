import CVNNI
import MicrokernelABI

/// The block that a network begins with, on the bytes that a crop fills: `PictureConvolution` with weights in bytes, a
/// depthwise convolution 3x3 and a 1x1 convolution to 16 channels, in integers of 16 bits. It makes the input of the
/// `IntegerBand` behind it, four rows at a time.
package struct IntegerStem {
    package static let channels = Int(cvnni_picture_channels)
    package static let outputs = Int(cvnni_stem_outputs)
    package static var packedCount: Int { cvnni_stem_count() }

    let shape: PictureConvolution.Shape
    let packed: UnsafePointer<Float>
    let task: cvnni_stem_task

    /// Weights in the order of a graph's, and a bias for each channel of the result.
    package struct Layers {
        package var picture: (weights: [Float], bias: [Float])
        package var depthwise: (weights: [Float], bias: [Float])
        package var projection: (weights: [Float], bias: [Float])

        package init(
            picture: (weights: [Float], bias: [Float]), depthwise: (weights: [Float], bias: [Float]),
            projection: (weights: [Float], bias: [Float])
        ) {
            (self.picture, self.depthwise, self.projection) = (picture, depthwise, projection)
        }
    }

    /// - Parameters:
    ///   - pixels: as for `PictureConvolution`.
    ///   - packed: laid out by `pack` for the same range.
    ///   - output: where the output goes as floats, too.
    ///   - ring: `ringCount` floats' room.
    package init(
        _ shape: PictureConvolution.Shape, pixels: UnsafePointer<UInt8>, range: CropSpecification.Range,
        packed: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>?, ring: UnsafeMutablePointer<Float>
    ) {
        (self.shape, self.packed) = (shape, packed)
        task = cvnni_stem_task(
            picture: shape.task(pixels: pixels, range: range, packed: nil), output_height: shape.outputHeight,
            weights: UnsafeRawPointer(packed), output: output, ring: UnsafeMutableRawPointer(ring))
    }

    package static func ringCount(_ shape: PictureConvolution.Shape) -> Int {
        var task = cvnni_picture_task()
        task.output_width = shape.outputWidth
        return (cvnni_stem_scratch_bytes(&task) + 3) / 4
    }

    /// For pixels whose values lie in `range`: into `packedCount` floats' room.
    package static func pack(
        _ layers: Layers, range: CropSpecification.Range, into packed: UnsafeMutablePointer<Float>
    ) {
        let (factor, offset) = range.scale
        cvnni_pack_stem_picture(layers.picture.weights, layers.picture.bias, factor, offset, packed)
        cvnni_pack_stem_depthwise(layers.depthwise.weights, layers.depthwise.bias, packed)
        cvnni_pack_stem_projection(layers.projection.weights, layers.projection.bias, packed)
    }

    var multiplyAdds: Int {
        shape.outputHeight * shape.outputWidth * Self.channels * (27 + 9 + Self.outputs)
    }
}

extension IntegerStem {
    /// Whether a chain and the projection behind it can be computed so where their input is the picture, and the chain
    /// behind them begins with `expansion`.
    static func suits(_ chain: Plan.Chain, _ projection: Graph.Convolution, _ expansion: Graph.Convolution) -> Bool {
        guard let picture = chain.expansion, PictureConvolution.suits(picture) else { return false }
        let depthwise = chain.depthwise
        return depthwise.kernelHeight == 3 && depthwise.stride == 1 && depthwise.padding.top == 1
            && depthwise.padding.left == 1 && chain.inputShape == chain.outputShape
            && depthwise.activation == .relu6 && projection.activation == .none
            && projection.bias.count == outputs && areSmall([picture, depthwise], [projection, expansion])
    }

    /// Whether no sum of such weights overflows.
    private static func areSmall(_ convolutions: [Graph.Convolution], _ products: [Graph.Convolution]) -> Bool {
        convolutions.allSatisfy { $0.weights.allSatisfy { abs($0) < 4096 } }
            && products.allSatisfy { $0.weights.allSatisfy { abs($0) < 64 } }
            && (convolutions + products).allSatisfy { $0.bias.allSatisfy { abs($0) < 4096 } }
    }
}

extension IntegerStem.Layers {
    init(_ picture: Graph.Convolution, _ depthwise: Graph.Convolution, _ projection: Graph.Convolution) {
        self.init(
            picture: (picture.weights, picture.bias), depthwise: (depthwise.weights, depthwise.bias),
            projection: (projection.weights, projection.bias))
    }
}
