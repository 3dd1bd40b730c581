/// output[i] = sum over k of a[i, k] * weights[k] + bias.
/// One channel of a 1x1 convolution for a few neighbouring pixels.
package struct DotTask {
    /// `count` rows of k.
    package var a: UnsafePointer<Float>
    package var weights: UnsafePointer<Float>
    package var bias: Float
    package var output: UnsafeMutablePointer<Float>
    package var count: Int
    package var k: Int

    package init(
        a: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: Float, output: UnsafeMutablePointer<Float>,
        count: Int, k: Int
    ) {
        self.a = a
        self.weights = weights
        self.bias = bias
        self.output = output
        self.count = count
        self.k = k
    }
}
