/// AVX2 and FMA: 16 registers of 8 floats.
typealias Vector = SIMD8<Float>
typealias TailVector = SIMD8<Float>
/// 6 x 2 accumulators, 2 loads of B and a broadcast: 15 registers.
typealias WideTile = GemmTile<6, 2>
typealias MiddleTile = GemmTile<6, 2>
typealias NarrowTile = GemmTile<8, 1>
let markerName = "avx2"
