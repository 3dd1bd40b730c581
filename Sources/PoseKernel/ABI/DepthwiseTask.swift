/// A depthwise convolution in NHWC with a square kernel: zero padding of `padTop` rows above and `padLeft` columns to
/// the left, whatever is needed below and to the right. Channels are a multiple of 8.
package struct DepthwiseTask {
    package var input: UnsafePointer<Float>
    /// kernel x kernel x channels.
    package var weights: UnsafePointer<Float>
    package var bias: UnsafePointer<Float>
    package var output: UnsafeMutablePointer<Float>
    package var inputHeight: Int
    package var inputWidth: Int
    package var outputHeight: Int
    package var outputWidth: Int
    package var channels: Int
    /// 3 or 5.
    package var kernel: Int
    /// 1 or 2.
    package var stride: Int
    package var padTop: Int
    package var padLeft: Int
    package var activation: Activation

    package init(
        input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, inputHeight: Int, inputWidth: Int, outputHeight: Int, outputWidth: Int,
        channels: Int, kernel: Int, stride: Int, padTop: Int, padLeft: Int, activation: Activation
    ) {
        self.input = input
        self.weights = weights
        self.bias = bias
        self.output = output
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.channels = channels
        self.kernel = kernel
        self.stride = stride
        self.padTop = padTop
        self.padLeft = padLeft
        self.activation = activation
    }
}
