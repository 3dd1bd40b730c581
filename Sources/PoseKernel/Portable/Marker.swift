/// Whatever the baseline has (SSE2 on x86-64): vectors of 4 floats, and a product and a sum that are rounded one by
/// one, because a fused one would be a library call.
typealias Vector = SIMD4<Float>
typealias TailVector = SIMD4<Float>
typealias WideTile = GemmTile<4, 2>
typealias MiddleTile = GemmTile<4, 2>
typealias NarrowTile = GemmTile<8, 1>
let markerName = "portable"
