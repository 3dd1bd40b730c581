import MicrokernelABI

/// AVX2 and FMA: 16 registers of 8 floats.
typealias Vector = SIMD8<Float>
typealias TailVector = SIMD8<Float>
let markerName = "avx2"

enum Panels {
    private typealias Two = Beside<Vector, Vector>

    /// Columns of the panel that begins where `left` columns are still to do.
    static func width(left: Int) -> Int { left > 8 ? 16 : 8 }

    /// 8 or 12 accumulators, one or two loads of B and a broadcast in 16 registers.
    @inline(__always)
    static func run(
        width: Int, _ task: borrowing GemmTask, rows: Range<Int>, column: Int, panel: UnsafePointer<Float>
    ) {
        switch width {
        case 8: GemmTile<EightRows<Vector>>.run(task, rows: rows, column: column, panel: panel)
        default: GemmTile<SixRows<Two>>.run(task, rows: rows, column: column, panel: panel)
        }
    }
}
