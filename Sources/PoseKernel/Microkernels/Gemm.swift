import MicrokernelABI

/// Matrix product over column panels, of the widths that the instruction set's `Panels` choose.
enum Gemm {
    static func packedCount(k: Int, n: Int) -> Int {
        var column = 0
        while column < n { column += Panels.width(left: n - column) }
        return column * k
    }

    static func pack(
        _ weights: UnsafePointer<Float>, _ k: Int, _ n: Int, _ packed: UnsafeMutablePointer<Float>
    ) {
        var column = 0
        var target = packed
        while column < n {
            let width = Panels.width(left: n - column)
            for i in 0..<k {
                for j in 0..<width {
                    target[i * width + j] = column + j < n ? weights[(column + j) * k + i] : 0
                }
            }
            target += width * k
            column += width
        }
    }

    /// Floats of B that stay in the first cache beside what else passes through it.
    private static let cachedPanels = 6144
    /// Rows of a block that goes through all panels: their part of A stays in the first cache, and the lines of C are
    /// written whole. A multiple of every tile's rows.
    private static let blockRows = 48

    static func run(_ task: GemmTask) {
        let depth = task.k * task.segments
        let rows = depth * task.n <= cachedPanels ? blockRows : task.m
        var row = 0
        while row < task.m {
            let block = row..<min(row + rows, task.m)
            var column = 0
            var panel = task.packedB
            while column < task.n {
                let width = Panels.width(left: task.n - column)
                Panels.run(width: width, task, rows: block, column: column, panel: panel)
                panel += width * depth
                column += width
            }
            row = block.upperBound
        }
    }
}
