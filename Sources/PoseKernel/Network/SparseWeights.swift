import CSparse

/// The weights of a sparse product in one piece of memory: the pairs of columns of each slice, then the steps of one pair
/// after the other.
enum SparseWeights {
    private static let pairWords = MemoryLayout<csparse_pair>.stride / 4
    private static let stepWords = MemoryLayout<csparse_step>.stride / 4

    /// Words of 32 bits that suffice for `weights`, n rows of k.
    static func wordCount(_ weights: [Float], k: Int, n: Int) -> Int {
        slices(k).reduce(0) { sum, slice in
            let counts = (0..<n).map { column in
                weights[column * k + slice.lowerBound..<column * k + slice.upperBound].reduce(0) {
                    $0 + ($1 == 0 ? 0 : 1)
                }
            }
            // A pair has as many steps as its fuller column has weights; there are no fuller ones than these.
            let steps = counts.sorted(by: >).prefix(pairCount(n)).reduce(0, +)
            return sum + pairWords * pairCount(n) + stepWords * steps
        }
    }

    static func pack(_ weights: UnsafePointer<Float>, k: Int, n: Int, into packed: UnsafeMutablePointer<Float>) {
        let memory = UnsafeMutableRawPointer(packed)
        var pairs = memory.assumingMemoryBound(to: csparse_pair.self)
        var steps = (memory + stepOffset(k: k, n: n)).assumingMemoryBound(to: csparse_step.self)
        for slice in slices(k) {
            for pair in Pair.all(of: (0..<n).map { Column(index: $0, weights + $0 * k, slice) }) {
                pairs.pointee = csparse_pair(
                    columns: (UInt16(pair.left.index), UInt16(pair.right.index)), shared: UInt16(pair.shared),
                    others: UInt16(pair.others))
                pairs += 1
                let (left, right) = (weights + pair.left.index * k, weights + pair.right.index * k)
                for rows in pair.steps {
                    let (row, other) = (slice.lowerBound + rows.left, slice.lowerBound + (rows.right ?? rows.left))
                    steps.pointee = csparse_step(
                        weights: (left[row], rows.right == nil ? 0 : right[other]), rows: (UInt16(row), UInt16(other)))
                    steps += 1
                }
            }
        }
    }

    static func view(_ packed: UnsafePointer<Float>, k: Int, n: Int) -> csparse_weights {
        let memory = UnsafeRawPointer(packed)
        return csparse_weights(
            k: k, n: n, pairs: memory.assumingMemoryBound(to: csparse_pair.self),
            steps: (memory + stepOffset(k: k, n: n)).assumingMemoryBound(to: csparse_step.self))
    }

    private static func pairCount(_ n: Int) -> Int { (n + 1) / 2 }

    /// In bytes.
    private static func stepOffset(k: Int, n: Int) -> Int { 4 * pairWords * pairCount(n) * slices(k).count }

    /// Rows of B.
    private static func slices(_ k: Int) -> [Range<Int>] {
        let length = csparse_slice(k)
        return stride(from: 0, to: k, by: length).map { $0..<min($0 + length, k) }
    }
}

extension SparseWeights {
    /// A column of a slice.
    private struct Column {
        let index: Int
        /// A bit for each row of the slice whose weight is not zero.
        let rows: UInt128
        let count: Int

        init(index: Int, _ weights: UnsafePointer<Float>, _ slice: Range<Int>) {
            var rows: UInt128 = 0
            // Without branches, which nothing could predict.
            for row in slice.reversed() { rows = rows << 1 | UInt128(min(weights[row].magnitude.bitPattern, 1)) }
            (self.index, self.rows, count) = (index, rows, rows.nonzeroBitCount)
        }
    }

    /// Two columns of a slice of about as many weights, and as many of them in the same rows as can be found soon; the
    /// right one has no more. An odd column is beside itself.
    private struct Pair {
        let left: Column
        let right: Column

        /// Steps of a row for both, and steps of one for each.
        var shared: Int { (left.rows & right.rows).nonzeroBitCount }
        var others: Int { left.count - shared }

        /// Rows of left and right.
        var steps: [(left: Int, right: Int?)] {
            let both = left.rows & right.rows
            let rest = (right.rows & ~both).bits
            return both.bits.map { ($0, $0) }
                + (left.rows & ~both).bits.enumerated().map { ($1, $0 < rest.count ? rest[$0] : nil) }
        }

        /// Columns of nearly the same count among which a partner is looked for: more find hardly a better one.
        private static let candidates = 16

        static func all(of columns: [Column]) -> [Pair] {
            var left = columns.sorted { ($0.count, $0.index) < ($1.count, $1.index) }
            var pairs: [Pair] = []
            while let column = left.popLast() {
                let near = max(left.count - candidates, 0)..<left.count
                let best = near.max { gain(column, left[$0]) < gain(column, left[$1]) }
                pairs.append(Pair(left: column, right: best.map { left.remove(at: $0) } ?? column))
            }
            // Runs of the same numbers of steps: a processor predicts when their loops end.
            return pairs.sorted { ($0.shared, $0.others) < ($1.shared, $1.others) }
        }

        /// In cycles about: what a shared step saves, less what a step costs that only one column needs.
        private static func gain(_ column: Column, _ other: Column) -> Int {
            4 * (column.rows & other.rows).nonzeroBitCount - 5 * (column.count - other.count)
        }
    }
}

extension UInt128 {
    /// The places of the bits that are set.
    fileprivate var bits: [Int] {
        var (rest, places) = (self, [Int]())
        while rest != 0 {
            places.append(rest.trailingZeroBitCount)
            rest &= rest - 1
        }
        return places
    }
}
