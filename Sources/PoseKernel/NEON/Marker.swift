import MicrokernelABI

/// AArch64: 32 registers of 4 floats.
typealias Vector = SIMD4<Float>
typealias TailVector = SIMD4<Float>
let markerName = "neon"

enum Panels {
    private typealias Two = Beside<Vector, Vector>

    /// Columns of the panel that begins where `left` columns are still to do.
    static func width(left: Int) -> Int { min((left + 3) / 4 * 4, 12) }

    /// 16 to 24 accumulators, the loads of B and a broadcast in 32 registers.
    @inline(__always)
    static func run(
        width: Int, _ task: borrowing GemmTask, rows: Range<Int>, column: Int, panel: UnsafePointer<Float>
    ) {
        switch width {
        case 4: GemmTile<SixteenRows<Vector>>.run(task, rows: rows, column: column, panel: panel)
        case 8: GemmTile<EightRows<Two>>.run(task, rows: rows, column: column, panel: panel)
        default: GemmTile<EightRows<Beside<Two, Vector>>>.run(task, rows: rows, column: column, panel: panel)
        }
    }
}
