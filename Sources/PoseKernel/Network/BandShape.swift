/// Expansion, depthwise convolution with a square kernel and projection that pass as bands: their shapes.
package struct BandShape: Sendable {
    /// Of the expansion's input and output.
    package var height: Int
    package var width: Int
    package var depth: Int
    package var channels: Int
    /// Of the depthwise convolution, as in `DepthwiseTask`.
    package var kernel: Int
    package var stride: Int
    package var padTop: Int
    package var padLeft: Int
    package var outputHeight: Int
    package var outputWidth: Int
    /// Channels of the projection.
    package var outputs: Int
    /// Of an `IntegerBand`.
    package var bytes: ByteFactors

    package init(
        height: Int, width: Int, depth: Int, channels: Int, kernel: Int, stride: Int, padTop: Int, padLeft: Int,
        outputHeight: Int, outputWidth: Int, outputs: Int, bytes: ByteFactors = ByteFactors()
    ) {
        (self.height, self.width, self.depth, self.channels) = (height, width, depth, channels)
        (self.kernel, self.stride, self.padTop, self.padLeft) = (kernel, stride, padTop, padLeft)
        (self.outputHeight, self.outputWidth, self.outputs) = (outputHeight, outputWidth, outputs)
        self.bytes = bytes
    }
}

extension BandShape {
    init(_ chain: Plan.Chain, depth: Int, outputs: Int) {
        let (input, output, depthwise) = (chain.inputShape, chain.outputShape, chain.depthwise)
        self.init(
            height: input.height, width: input.width, depth: depth, channels: input.channels,
            kernel: depthwise.kernelHeight, stride: depthwise.stride, padTop: depthwise.padding.top,
            padLeft: depthwise.padding.left, outputHeight: output.height, outputWidth: output.width, outputs: outputs)
    }
}
