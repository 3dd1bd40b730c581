/// x86-64-v4: 32 registers of 16 floats.
typealias Vector = SIMD16<Float>
typealias TailVector = SIMD8<Float>
/// 8 x 3 accumulators, 3 loads of B and a broadcast: 28 registers.
typealias WideTile = GemmTile<8, 3>
typealias MiddleTile = GemmTile<12, 2>
typealias NarrowTile = GemmTile<16, 1>
let markerName = "avx512"
