import CSparse

/// How the weights of a sparse product stand in one piece of memory: the pairs of columns of each slice, then the steps
/// of one pair after the other.
struct SparseWeights: Sendable {
    private let k: Int
    private let slice: Int
    /// Slice after slice.
    private let pairs: [[Pair]]

    private static let pairWords = MemoryLayout<csparse_pair>.stride / 4
    private static let stepWords = MemoryLayout<csparse_step>.stride / 4

    /// `weights` are n rows of k.
    init(_ weights: [Float], k: Int, n: Int) {
        let slice = csparse_slice(k)
        (self.k, self.slice) = (k, slice)
        pairs = stride(from: 0, to: k, by: slice).map { first in
            let columns = (0..<n).map { column in
                let start = column * k
                return Column(index: column, weights[start + first..<start + min(first + slice, k)])
            }
            return Pair.all(of: columns)
        }
    }

    /// In words of 32 bits.
    var wordCount: Int { pairs.joined().reduce(0) { $0 + Self.pairWords + Self.stepWords * ($1.shared + $1.others) } }

    func pack(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
        let memory = UnsafeMutableRawPointer(packed)
        let pairCount = pairs.reduce(0) { $0 + $1.count }
        var nextPair = memory.assumingMemoryBound(to: csparse_pair.self)
        var nextStep = (memory + 4 * Self.pairWords * pairCount).assumingMemoryBound(to: csparse_step.self)
        for (index, part) in pairs.enumerated() {
            for pair in part {
                nextPair.pointee = csparse_pair(
                    columns: (UInt16(pair.left.index), UInt16(pair.right.index)), shared: UInt16(pair.shared),
                    others: UInt16(pair.others))
                nextPair += 1
                for (left, right) in pair.steps {
                    func weight(_ column: Column, _ row: Int?) -> Float {
                        row.map { weights[column.index * k + index * slice + $0] } ?? 0
                    }
                    nextStep.pointee = csparse_step(
                        weights: (weight(pair.left, left), weight(pair.right, right)),
                        rows: (UInt16(index * slice + left), UInt16(index * slice + (right ?? left))))
                    nextStep += 1
                }
            }
        }
    }

    static func view(_ packed: UnsafePointer<Float>, k: Int, n: Int) -> csparse_weights {
        let slice = csparse_slice(k)
        let pairCount = (k + slice - 1) / slice * ((n + 1) / 2)
        let memory = UnsafeRawPointer(packed)
        return csparse_weights(
            k: k, n: n, pairs: memory.assumingMemoryBound(to: csparse_pair.self),
            steps: (memory + 4 * pairWords * pairCount).assumingMemoryBound(to: csparse_step.self))
    }
}

extension SparseWeights {
    /// A column of a slice.
    private struct Column: Sendable {
        let index: Int
        /// A bit for each of up to 128 rows whose weight is not zero.
        let rows: SIMD2<UInt64>

        init(index: Int, _ weights: ArraySlice<Float>) {
            var rows = SIMD2<UInt64>()
            for (row, weight) in weights.enumerated() where weight != 0 { rows[row / 64] |= 1 << (row % 64) }
            (self.index, self.rows) = (index, rows)
        }

        var count: Int { rows.bitCount }
    }

    /// Two columns of a slice of about as many weights, and as many of them in the same rows as can be found soon; the
    /// right one has no more. An odd column is beside itself.
    private struct Pair: Sendable {
        let left: Column
        let right: Column

        /// Steps of a row for both, and steps of one for each.
        var shared: Int { (left.rows & right.rows).bitCount }
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
                // In cycles about: what a shared step saves, what a step costs that only one of them needs.
                let best = near.max { gain(column, left[$0]) < gain(column, left[$1]) }
                pairs.append(Pair(left: column, right: best.map { left.remove(at: $0) } ?? column))
            }
            return pairs
        }

        private static func gain(_ column: Column, _ other: Column) -> Int {
            4 * (column.rows & other.rows).bitCount - 5 * (column.count - other.count)
        }
    }
}

extension SIMD2<UInt64> {
    fileprivate var bitCount: Int { self[0].nonzeroBitCount + self[1].nonzeroBitCount }

    /// The places of the bits that are set.
    fileprivate var bits: [Int] { (0..<128).filter { self[$0 / 64] >> ($0 % 64) & 1 == 1 } }
}
