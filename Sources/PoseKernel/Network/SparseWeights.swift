import CSparse

/// How the weights of a sparse product stand in one piece of memory: the pairs of columns of each slice, then the steps
/// of one pair after the other.
struct SparseWeights: Sendable {
    private struct Pair {
        var left: Int
        var right: Int
        var steps: Int
    }

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
            let counts = (0..<n).map { column in
                let row = column * k
                return weights[row + first..<row + min(first + slice, k)].reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
            }
            return Self.paired(counts)
        }
    }

    /// Columns of nearly the same count beside each other; an odd one beside itself.
    private static func paired(_ counts: [Int]) -> [Pair] {
        let order = counts.indices.sorted { (counts[$0], $0) < (counts[$1], $1) }
        return stride(from: 0, to: order.count, by: 2).map { index in
            let (left, right) = (order[index], order[min(index + 1, order.count - 1)])
            return Pair(left: left, right: right, steps: counts[right])
        }
    }

    /// In words of 32 bits.
    var wordCount: Int {
        pairs.reduce(0) { $0 + $1.reduce(0) { $0 + Self.pairWords + Self.stepWords * $1.steps } }
    }

    func pack(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
        let memory = UnsafeMutableRawPointer(packed)
        let pairCount = pairs.reduce(0) { $0 + $1.count }
        var nextPair = memory.assumingMemoryBound(to: csparse_pair.self)
        var nextStep = (memory + 4 * Self.pairWords * pairCount).assumingMemoryBound(to: csparse_step.self)
        for (index, part) in pairs.enumerated() {
            for pair in part {
                nextPair.pointee = csparse_pair(
                    columns: (UInt16(pair.left), UInt16(pair.right)), steps: UInt32(pair.steps))
                nextPair += 1
                let (left, right) = (
                    entries(weights + pair.left * k, slice: index), entries(weights + pair.right * k, slice: index)
                )
                for (step, other) in right.enumerated() {
                    let own = step < left.count ? left[step] : (row: other.row, weight: 0)
                    nextStep.pointee = csparse_step(weights: (own.weight, other.weight), rows: (own.row, other.row))
                    nextStep += 1
                }
            }
        }
    }

    /// The weights of one column that are not zero.
    private func entries(_ column: UnsafePointer<Float>, slice index: Int) -> [(row: UInt16, weight: Float)] {
        (index * slice..<min((index + 1) * slice, k)).filter { column[$0] != 0 }.map { (UInt16($0), column[$0]) }
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
