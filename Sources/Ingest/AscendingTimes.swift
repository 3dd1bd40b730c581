/// Times in ascending order.
extension [Double] {
    /// The last one that is not after `time`; nil where all are.
    package func latest(notAfter time: Double) -> Double? {
        var (first, end) = (0, count)
        while first < end {
            let middle = (first + end) / 2
            if self[middle] <= time { first = middle + 1 } else { end = middle }
        }
        return first > 0 ? self[first - 1] : nil
    }
}
