import MicrokernelABI

/// x86-64-v4: 32 registers of 16 floats.
typealias Vector = SIMD16<Float>
typealias TailVector = SIMD8<Float>
let markerName = "avx512"

enum Panels {
    private typealias Two = Beside<Vector, Vector>

    /// Columns of the panel that begins where `left` columns are still to do.
    static func width(left: Int) -> Int {
        // 64 are two panels of 32: the narrow ones reuse B the least.
        if left > 48 { return (49...64).contains(left) ? 32 : 48 }
        // What is no multiple of 8 ends in a narrow panel: only that is stored by way of a buffer.
        return left > 8 ? left / 8 * 8 : 8
    }

    /// 24 to 28 accumulators, the loads of B and a broadcast in 32 registers.
    @inline(__always)
    static func run(
        width: Int, _ task: borrowing GemmTask, rows: Range<Int>, column: Int, panel: UnsafePointer<Float>
    ) {
        switch width {
        case 8: GemmTile<SixteenRows<TailVector>>.run(task, rows: rows, column: column, panel: panel)
        case 16: GemmTile<SixteenRows<Vector>>.run(task, rows: rows, column: column, panel: panel)
        case 24:
            GemmTile<TwelveRows<Beside<Vector, TailVector>>>.run(task, rows: rows, column: column, panel: panel)
        case 32: GemmTile<TwelveRows<Two>>.run(task, rows: rows, column: column, panel: panel)
        case 40: GemmTile<EightRows<Beside<Two, TailVector>>>.run(task, rows: rows, column: column, panel: panel)
        default: GemmTile<EightRows<Beside<Two, Vector>>>.run(task, rows: rows, column: column, panel: panel)
        }
    }
}
