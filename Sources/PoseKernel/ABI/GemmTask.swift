/// C[m, n] = act(sum over k of A[m, k] * B[k, n] + bias[n]), then, with a residual, act2(C + residual).
/// A 1x1 convolution in NHWC: m counts pixels, k input channels, n output channels. Row-major, fp32.
///
/// A row of A may lie in several pieces of the same length, as the taps of a convolution with a larger kernel do.
package struct GemmTask {
    package var a: UnsafePointer<Float>
    /// As `GemmKernel.pack` laid it out.
    package var packedB: UnsafePointer<Float>
    /// n values, padded with zeros to a whole panel.
    package var bias: UnsafePointer<Float>
    package var c: UnsafeMutablePointer<Float>
    package var m: Int
    /// Of one segment; B has k * segments rows.
    package var k: Int
    package var n: Int
    /// Floats from a row of A to the next.
    package var aStride: Int
    package var segments: Int
    /// Floats from a segment of a row of A to the next.
    package var segmentStride: Int
    /// As many floats as `GemmKernel.scratchCount` asks for; nil when it asks for none.
    package var scratch: UnsafeMutablePointer<Float>?
    package var activation: Activation
    /// m x n values added after the activation; may be `c` itself.
    package var residual: UnsafePointer<Float>?
    package var residualActivation: Activation

    package init(
        a: UnsafePointer<Float>, packedB: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        c: UnsafeMutablePointer<Float>, m: Int, k: Int, n: Int, activation: Activation,
        residual: UnsafePointer<Float>? = nil, residualActivation: Activation = .none, aStride: Int? = nil,
        segments: Int = 1, segmentStride: Int = 0, scratch: UnsafeMutablePointer<Float>? = nil
    ) {
        self.a = a
        self.packedB = packedB
        self.bias = bias
        self.c = c
        self.m = m
        self.k = k
        self.n = n
        self.aStride = aStride ?? k
        self.segments = segments
        self.segmentStride = segmentStride
        self.scratch = scratch
        self.activation = activation
        self.residual = residual
        self.residualActivation = residualActivation
    }
}
