import MicrokernelABI

/// `rows` x `columns` vectors of the product held in registers while k runs.
struct GemmTile<let rows: Int, let columns: Int> {
    static var width: Int { columns * Vector.scalarCount }

    /// One tile at (row, column); `panel` is the packed B of these columns. `count` columns are written (at most
    /// `width`).
    @inline(__always)
    static func run(_ task: borrowing GemmTask, row: Int, column: Int, panel: UnsafePointer<Float>, count: Int) {
        let lanes = Vector.scalarCount
        let k = task.k
        let a = task.a + row * k
        let zero = InlineArray<columns, Vector>(repeating: Vector(repeating: 0))
        var sums = InlineArray<rows, InlineArray<columns, Vector>>(repeating: zero)
        for v in 0..<columns {
            let bias: Vector = load(task.bias + column + v * lanes)
            for r in 0..<rows { sums[r][v] = bias }
        }
        var b = panel
        for i in 0..<k {
            var line = InlineArray<columns, Vector>(repeating: Vector(repeating: 0))
            for v in 0..<columns { line[v] = load(b + v * lanes) }
            for r in 0..<rows {
                let value = Vector(repeating: a[r &* k &+ i])
                for v in 0..<columns { sums[r][v] = multiplyAdd(sums[r][v], value, line[v]) }
            }
            b += columns * lanes
        }
        for r in 0..<rows {
            let offset = (row + r) * task.n + column
            for v in 0..<columns {
                finish(task, apply(task.activation, sums[r][v]), offset: offset + v * lanes, count: count - v * lanes)
            }
        }
    }

    /// Adds the residual and writes a vector, or what of it lies inside the matrix.
    @inline(__always)
    private static func finish(_ task: borrowing GemmTask, _ value: Vector, offset: Int, count: Int) {
        let lanes = Vector.scalarCount
        var value = value
        if count >= lanes {
            if let residual = task.residual {
                value = apply(task.residualActivation, value + load(residual + offset))
            }
            store(value, task.c + offset)
        } else if count > 0 {
            if let residual = task.residual {
                value = apply(task.residualActivation, value + loadPartial(residual + offset, count: count))
            }
            storePartial(value, task.c + offset, count: count)
        }
    }

    /// All rows of one panel: whole tiles, then the rest in halves.
    static func runPanel(_ task: borrowing GemmTask, column: Int, panel: UnsafePointer<Float>) {
        let count = min(width, task.n - column)
        var row = 0
        while row + rows <= task.m {
            run(task, row: row, column: column, panel: panel, count: count)
            row += rows
        }
        while row + 4 <= task.m {
            GemmTile<4, columns>.run(task, row: row, column: column, panel: panel, count: count)
            row += 4
        }
        while row < task.m {
            GemmTile<1, columns>.run(task, row: row, column: column, panel: panel, count: count)
            row += 1
        }
    }
}
