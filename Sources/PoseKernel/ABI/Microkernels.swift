/// The kernels of one instruction set. The same Swift sources make every table; only the vector width, the tile shape
/// and the compiler's flags differ.
package struct Microkernels: Sendable {
    package var name: String
    /// Floats in the packed form of a k x n matrix.
    package var packedGemmCount: @Sendable (_ k: Int, _ n: Int) -> Int
    /// Packs `weights`, n rows of k (the order of a convolution's OHWI weights), into `packed`.
    package var packGemm:
        @Sendable (
            _ weights: UnsafePointer<Float>, _ k: Int, _ n: Int, _ packed: UnsafeMutablePointer<Float>
        ) -> Void
    package var gemm: @Sendable (GemmTask) -> Void
    package var depthwise: @Sendable (DepthwiseTask) -> Void
    package var resize: @Sendable (ResizeTask) -> Void
    /// Multiply-adds on registers alone, `rounds` times, for a benchmark to be measured against.
    package var peak: @Sendable (_ rounds: Int) -> Float
    /// Floating-point operations of a round of `peak`.
    package var peakOperations: Int

    package init(
        name: String,
        packedGemmCount: @escaping @Sendable (Int, Int) -> Int,
        packGemm: @escaping @Sendable (UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>) -> Void,
        gemm: @escaping @Sendable (GemmTask) -> Void,
        depthwise: @escaping @Sendable (DepthwiseTask) -> Void,
        resize: @escaping @Sendable (ResizeTask) -> Void,
        peak: @escaping @Sendable (Int) -> Float,
        peakOperations: Int
    ) {
        self.name = name
        self.packedGemmCount = packedGemmCount
        self.packGemm = packGemm
        self.gemm = gemm
        self.depthwise = depthwise
        self.resize = resize
        self.peak = peak
        self.peakOperations = peakOperations
    }
}
