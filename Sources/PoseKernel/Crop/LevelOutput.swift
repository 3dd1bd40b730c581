/// How a warp turns the 8-bit levels of a pixel into the network's input values.
protocol LevelOutput {
    /// Levels 0...255 of red, green and blue; the fourth lane is ignored.
    func values(_ levels: SIMD4<UInt32>) -> SIMD4<Float>
}

/// 0...1: one rounding, the same as in the table.
struct UnitOutput: LevelOutput {
    @inline(__always)
    func values(_ levels: SIMD4<UInt32>) -> SIMD4<Float> {
        // A small integer in the mantissa of 2^23 is that integer as a float, less 2^23.
        (unsafeBitCast(levels | 0x4B00_0000, to: SIMD4<Float>.self) - 0x1p23) * Float(1.0 / 255)
    }
}

struct TableOutput: LevelOutput {
    /// 256 values.
    let table: UnsafePointer<Float>

    @inline(__always)
    func values(_ levels: SIMD4<UInt32>) -> SIMD4<Float> {
        let index = levels & 0xFF
        return SIMD4(table[Int(index[0])], table[Int(index[1])], table[Int(index[2])], 0)
    }
}
