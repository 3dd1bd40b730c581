import MicrokernelABI

/// A tile of the product that stays in registers while k runs.
enum GemmTile<R: Rows> {
    @inline(__always)
    static var width: Int { R.Line.count }

    /// `rows` of one panel: whole tiles, then the rest in smaller ones.
    static func run(_ task: borrowing GemmTask, rows: Range<Int>, column: Int, panel: UnsafePointer<Float>) {
        var row = rows.lowerBound
        if width <= task.n - column {
            while row + R.count <= rows.upperBound {
                whole(task, row: row, column: column, panel: panel)
                row += R.count
            }
        } else {
            while row + R.count <= rows.upperBound {
                partial(task, row: row, column: column, panel: panel)
                row += R.count
            }
        }
        if R.count > 1, row < rows.upperBound {
            GemmTile<R.Fewer>.run(task, rows: row..<rows.upperBound, column: column, panel: panel)
        }
    }

    @inline(__always)
    private static func whole(_ task: borrowing GemmTask, row: Int, column: Int, panel: UnsafePointer<Float>) {
        var sums = product(task, row: row, column: column, panel: panel)
        let offset = row * task.n + column
        if task.activation == .relu6 { sums.clampToSix() }
        if let residual = task.residual {
            sums.add(at: residual + offset, stride: task.n)
            if task.residualActivation == .relu6 { sums.clampToSix() }
        }
        sums.store(to: task.c + offset, stride: task.n)
    }

    /// The last panel of a matrix whose width is no multiple of the panel's: written by way of a buffer.
    @inline(__always)
    private static func partial(_ task: borrowing GemmTask, row: Int, column: Int, panel: UnsafePointer<Float>) {
        var sums = product(task, row: row, column: column, panel: panel)
        if task.activation == .relu6 { sums.clampToSix() }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: R.count * width) { [task = copy task] buffer in
            guard let base = buffer.baseAddress else { return }
            sums.store(to: base, stride: width)
            for r in 0..<R.count {
                let offset = (row + r) * task.n + column
                for j in 0..<(task.n - column) {
                    var value = base[r * width + j]
                    if let residual = task.residual {
                        value += residual[offset + j]
                        if task.residualActivation == .relu6 { value = min(max(value, 0), 6) }
                    }
                    task.c[offset + j] = value
                }
            }
        }
    }

    @inline(__always)
    private static func product(
        _ task: borrowing GemmTask, row: Int, column: Int, panel: UnsafePointer<Float>
    ) -> R {
        var sums = R(repeating: R.Line(loading: task.bias + column))
        let stride = task.aStride
        let length = task.k
        var a = task.a + row &* stride
        var b = panel
        for _ in 0..<task.segments {
            for i in 0..<length {
                sums.add(a + i, stride: stride, times: R.Line(loading: b))
                b += width
            }
            a += task.segmentStride
        }
        return sums
    }
}
