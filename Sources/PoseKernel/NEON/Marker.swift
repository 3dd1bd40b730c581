/// AArch64: 32 registers of 4 floats.
typealias Vector = SIMD4<Float>
typealias TailVector = SIMD4<Float>
typealias WideTile = GemmTile<8, 3>
typealias MiddleTile = GemmTile<8, 2>
typealias NarrowTile = GemmTile<16, 1>
let markerName = "neon"
