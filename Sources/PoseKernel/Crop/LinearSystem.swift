/// Eight linear equations in double precision, solved by elimination with row exchange. The order of operations is that
/// of OpenCV's solver, because crops are compared bit for bit.
struct LinearSystem {
    private static let size = 8
    /// Rows of eight coefficients and the right-hand side.
    private var cells: [72 of Double] = .init(repeating: 0)

    /// Column 8 is the right-hand side.
    mutating func set(_ row: Int, _ column: Int, _ value: Double) { cells[row * 9 + column] = value }

    /// The eight unknowns and a 1; zeros and a 1 when the equations do not determine them.
    consuming func solved() -> [9 of Double] {
        var result = [9 of Double](repeating: 0)
        result[8] = 1
        guard eliminate() else { return result }
        for row in stride(from: Self.size - 1, through: 0, by: -1) {
            var value = cells[row * 9 + 8]
            for column in row + 1..<Self.size {
                value -= cells[row * 9 + column] * result[column]
            }
            result[row] = value / cells[row * 9 + row]
        }
        return result
    }

    /// Makes the coefficients upper triangular; false when a pivot all but vanishes.
    private mutating func eliminate() -> Bool {
        for pivot in 0..<Self.size {
            var best = pivot
            for row in pivot..<Self.size where abs(cells[row * 9 + pivot]) > abs(cells[best * 9 + pivot]) {
                best = row
            }
            if abs(cells[best * 9 + pivot]) < 100 * Double.ulpOfOne { return false }
            if best != pivot {
                for column in pivot...Self.size { cells.swapAt(pivot * 9 + column, best * 9 + column) }
            }
            let factor = -1 / cells[pivot * 9 + pivot]
            for row in pivot + 1..<Self.size {
                let share = cells[row * 9 + pivot] * factor
                for column in pivot + 1...Self.size {
                    cells[row * 9 + column] += share * cells[pivot * 9 + column]
                }
            }
        }
        return true
    }
}
