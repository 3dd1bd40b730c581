/// A depthwise convolution in NHWC with a square kernel: zero padding of `padTop` rows above and `padLeft` columns to
/// the left, whatever is needed below and to the right. Channels are a multiple of 8.
package struct DepthwiseTask {
    /// Row r of the input stands at slot r & `rowMask` of this.
    package var input: UnsafePointer<Float>
    /// kernel x kernel x channels.
    package var weights: UnsafePointer<Float>
    package var bias: UnsafePointer<Float>
    /// Where the first of `rows` is written.
    package var output: UnsafeMutablePointer<Float>
    package var inputHeight: Int
    package var inputWidth: Int
    /// The rows of the output that are computed.
    package var rows: Range<Int>
    package var outputWidth: Int
    package var channels: Int
    /// 3 or 5.
    package var kernel: Int
    /// 1 or 2.
    package var stride: Int
    package var padTop: Int
    package var padLeft: Int
    package var activation: Activation
    /// -1: all rows of the input are there. Else one less than a power of two: a ring of so many rows is, in which
    /// those that `rows` read stand.
    package var rowMask: Int

    package init(
        input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, inputHeight: Int, inputWidth: Int, rows: Range<Int>, outputWidth: Int,
        channels: Int, kernel: Int, stride: Int, padTop: Int, padLeft: Int, activation: Activation, rowMask: Int = -1
    ) {
        self.input = input
        self.weights = weights
        self.bias = bias
        self.output = output
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.rows = rows
        self.outputWidth = outputWidth
        self.channels = channels
        self.kernel = kernel
        self.stride = stride
        self.padTop = padTop
        self.padLeft = padLeft
        self.activation = activation
        self.rowMask = rowMask
    }
}
