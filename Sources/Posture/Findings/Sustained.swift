/// The extreme that a signal held for a while.
enum Sustained {
    /// The best (by `less`) of the worst values in windows of `hold` samples of `indices`, and the window's middle.
    static func extreme(
        _ indices: [Int], _ values: [Double], _ hold: Int, _ less: (Double, Double) -> Bool
    ) -> (value: Double, moment: Int)? {
        // A deque of candidates for the worst of the window: each is worse than all that came before it.
        var candidates: [Int] = []
        var head = 0
        var best: (value: Double, moment: Int)?
        let width = min(hold, indices.count)
        for end in indices.indices {
            while candidates.count > head,
                !less(values[indices[candidates[candidates.count - 1]]], values[indices[end]])
            {
                candidates.removeLast()
            }
            candidates.append(end)
            let start = end - width + 1
            guard start >= 0 else { continue }
            if candidates[head] < start { head += 1 }
            let worst = values[indices[candidates[head]]]
            if best.map({ less($0.value, worst) }) ?? true { best = (worst, indices[start + width / 2]) }
        }
        return best
    }
}
