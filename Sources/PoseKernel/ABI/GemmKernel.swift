/// A matrix product in one precision: how it wants its B, and the product itself.
package struct GemmKernel: Sendable {
    /// Floats (or what has their size) in the packed form of a k x n matrix.
    package var packedCount: @Sendable (_ k: Int, _ n: Int) -> Int
    /// Packs `weights`, n rows of k (the order of a convolution's OHWI weights), into `packed`.
    package var pack:
        @Sendable (
            _ weights: UnsafePointer<Float>, _ k: Int, _ n: Int, _ packed: UnsafeMutablePointer<Float>
        ) -> Void
    /// Floats of `GemmTask.scratch` that a product with k rows of B needs.
    package var scratchCount: @Sendable (_ k: Int) -> Int
    package var run: @Sendable (GemmTask) -> Void

    package init(
        packedCount: @escaping @Sendable (Int, Int) -> Int,
        pack: @escaping @Sendable (UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>) -> Void,
        scratchCount: @escaping @Sendable (Int) -> Int = { _ in 0 }, run: @escaping @Sendable (GemmTask) -> Void
    ) {
        self.packedCount = packedCount
        self.pack = pack
        self.scratchCount = scratchCount
        self.run = run
    }
}
