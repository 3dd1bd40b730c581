/// Bilinear 2x enlargement in NHWC with half-pixel centres: even outputs 0.25 of the neighbour before and 0.75 of
/// their own, odd ones 0.75 and 0.25 of the next, edges clamped. Channels are a multiple of 8.
package struct ResizeTask {
    package var input: UnsafePointer<Float>
    package var output: UnsafeMutablePointer<Float>
    package var inputHeight: Int
    package var inputWidth: Int
    package var channels: Int
    package var activation: Activation
    /// The rows of the output that are made; `output` is where row 0 would be.
    package var rows: Range<Int>

    package init(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, inputHeight: Int, inputWidth: Int,
        channels: Int, activation: Activation = .none
    ) {
        self.input = input
        self.output = output
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.channels = channels
        self.activation = activation
        rows = 0..<2 * inputHeight
    }
}
