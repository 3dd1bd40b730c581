import MicrokernelABI

/// Matrix product over column panels: as many of three vectors as fit, the rest in one of two or one.
enum Gemm {
    /// The vectors of the panel that starts where `left` columns are still to do.
    @inline(__always)
    private static func panelVectors(left: Int) -> Int {
        let vectors = (left + Vector.scalarCount - 1) / Vector.scalarCount
        let wide = WideTile.width / Vector.scalarCount
        // Four vectors are two panels of two, not three and one: the narrow tile reuses B the least.
        if vectors == wide + 1 && wide == 3 { return 2 }
        return min(vectors, wide)
    }

    static func packedCount(k: Int, n: Int) -> Int {
        var column = 0
        var count = 0
        while column < n {
            let width = panelVectors(left: n - column) * Vector.scalarCount
            count += width * k
            column += width
        }
        return count
    }

    static func pack(
        _ weights: UnsafePointer<Float>, _ k: Int, _ n: Int, _ packed: UnsafeMutablePointer<Float>
    ) {
        var column = 0
        var target = packed
        while column < n {
            let width = panelVectors(left: n - column) * Vector.scalarCount
            for i in 0..<k {
                for j in 0..<width {
                    target[i * width + j] = column + j < n ? weights[(column + j) * k + i] : 0
                }
            }
            target += width * k
            column += width
        }
    }

    static func run(_ task: GemmTask) {
        var column = 0
        var panel = task.packedB
        while column < task.n {
            let vectors = panelVectors(left: task.n - column)
            switch vectors {
            case 1: NarrowTile.runPanel(task, column: column, panel: panel)
            case 2: MiddleTile.runPanel(task, column: column, panel: panel)
            default: WideTile.runPanel(task, column: column, panel: panel)
            }
            panel += vectors * Vector.scalarCount * task.k
            column += vectors * Vector.scalarCount
        }
    }
}
