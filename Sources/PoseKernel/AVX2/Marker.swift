/// AVX2 and FMA: 16 registers of 8 floats.
typealias Vector = SIMD8<Float>
typealias TailVector = SIMD8<Float>
/// 4 x 3 accumulators, 3 loads of B and a broadcast: 16 registers.
typealias WideTile = GemmTile<4, 3>
typealias MiddleTile = GemmTile<6, 2>
typealias NarrowTile = GemmTile<8, 1>
let markerName = "avx2"
