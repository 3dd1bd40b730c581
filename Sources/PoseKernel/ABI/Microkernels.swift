/// The kernels of one instruction set. The same Swift sources make every table; only the vector width, the tile shape
/// and the compiler's flags differ.
package struct Microkernels: Sendable {
    package var name: String
    /// In fp32.
    package var gemm: GemmKernel
    package var depthwise: @Sendable (DepthwiseTask) -> Void
    package var dots: @Sendable (DotTask) -> Void
    package var resize: @Sendable (ResizeTask) -> Void
    /// Multiply-adds on registers alone, `rounds` times, for a benchmark to be measured against.
    package var peak: @Sendable (_ rounds: Int) -> Float
    /// Floating-point operations of a round of `peak`.
    package var peakOperations: Int

    package init(
        name: String,
        gemm: GemmKernel,
        depthwise: @escaping @Sendable (DepthwiseTask) -> Void,
        dots: @escaping @Sendable (DotTask) -> Void,
        resize: @escaping @Sendable (ResizeTask) -> Void,
        peak: @escaping @Sendable (Int) -> Float,
        peakOperations: Int
    ) {
        self.name = name
        self.gemm = gemm
        self.depthwise = depthwise
        self.dots = dots
        self.resize = resize
        self.peak = peak
        self.peakOperations = peakOperations
    }
}
