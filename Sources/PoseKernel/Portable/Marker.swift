import MicrokernelABI

/// Whatever the baseline has (SSE2 on x86-64): vectors of 4 floats, and a product and a sum that are rounded one by
/// one, because a fused one would be a library call.
typealias Vector = SIMD4<Float>
typealias TailVector = SIMD4<Float>
let markerName = "portable"

enum Panels {
    /// Columns of the panel that begins where `left` columns are still to do.
    static func width(left: Int) -> Int { left > 4 ? 8 : 4 }

    /// 8 accumulators, one or two loads of B, a broadcast and a product in 16 registers.
    @inline(__always)
    static func run(
        width: Int, _ task: borrowing GemmTask, rows: Range<Int>, column: Int, panel: UnsafePointer<Float>
    ) {
        switch width {
        case 4: GemmTile<EightRows<Vector>>.run(task, rows: rows, column: column, panel: panel)
        default: GemmTile<FourRows<Beside<Vector, Vector>>>.run(task, rows: rows, column: column, panel: panel)
        }
    }
}
