/// Order statistics that pass over samples without a value.
enum Statistics {
    /// Nearest rank; nil without a value.
    static func percentile(_ values: [Double], _ share: Double) -> Double? {
        var known = values.filter { !$0.isNaN }
        guard !known.isEmpty else { return nil }
        return select(&known, min(known.count - 1, Int((Double(known.count - 1) * share).rounded())))
    }

    static func median(_ values: [Double]) -> Double? { percentile(values, 0.5) }

    /// The value that would stand at `rank` if the values were sorted (Hoare's quickselect, which a sort of thousands of
    /// samples for one of them is several times slower than).
    private static func select(_ values: inout [Double], _ rank: Int) -> Double {
        var (low, high) = (0, values.count - 1)
        while low < high {
            let pivot = medianOfThree(values[low], values[(low + high) / 2], values[high])
            var (left, right) = (low, high)
            while left <= right {
                while values[left] < pivot { left += 1 }
                while values[right] > pivot { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if rank <= right {
                high = right
            } else if rank >= left {
                low = left
            } else {
                break
            }
        }
        return values[rank]
    }

    private static func medianOfThree(_ a: Double, _ b: Double, _ c: Double) -> Double {
        max(min(a, b), min(max(a, b), c))
    }
}
