/// Steadies landmarks that hardly move. The network draws a resting joint towards whatever moves beside it, by
/// centimetres and as slowly as the movement itself, so that no cut-off of the whole signal takes it out; but what stays
/// in one place may be averaged for longer than what moves. No landmark is moved by more than `extent`, and a rest that
/// drifts for seconds keeps its drift.
struct StillJoints {
    /// Torso lengths within which a landmark stays around a moment in order to be still then.
    let extent: Double
    /// Samples to each side that are looked at, and averaged over.
    let window: Int

    /// Both coordinates of one landmark in pixels, NaN where it was not seen; `torso` in pixels.
    func apply(_ x: [Double], _ y: [Double], torso: Double) -> (x: [Double], y: [Double]) {
        let limit = extent * torso
        let moved = zip(spread(x), spread(y)).map { max($0, $1) }
        // Full up to half the extent, so that nothing leaps where a movement begins.
        let weights = moved.map { $0.isNaN ? 0 : min(max(2 * (1 - $0 / limit), 0), 1) }
        return (steadied(x, weights), steadied(y, weights))
    }

    /// Largest less smallest value around each sample; NaN where one is missing. Both are kept in queues of those that
    /// may yet be the largest or smallest, so that each sample is looked at once.
    private func spread(_ values: [Double]) -> [Double] {
        var result = [Double](repeating: .nan, count: values.count)
        var (high, low) = (Extremes(capacity: values.count), Extremes(capacity: values.count))
        var lastMissing = -1
        for next in 0..<values.count + window {
            if next < values.count {
                if values[next].isNaN { lastMissing = next }
                high.add(next, values) { $0 <= $1 }
                low.add(next, values) { $0 >= $1 }
            }
            let index = next - window
            guard index >= 0 else { continue }
            high.drop(before: index - window)
            low.drop(before: index - window)
            if lastMissing < index - window { result[index] = values[high.first] - values[low.first] }
        }
        return result
    }

    /// Places in a series, the extreme one first.
    private struct Extremes {
        private var places: [Int] = []
        private var start = 0

        init(capacity: Int) { places.reserveCapacity(capacity) }

        var first: Int { places[start] }

        mutating func add(_ place: Int, _ values: [Double], isWeaker: (Double, Double) -> Bool) {
            while places.count > start,
                values[places[places.count - 1]].isNaN
                    || isWeaker(values[places[places.count - 1]], values[place])
            {
                places.removeLast()
            }
            places.append(place)
        }

        mutating func drop(before place: Int) {
            while places[start] < place { start += 1 }
        }
    }

    /// The mean around each sample, as far as it is still.
    private func steadied(_ values: [Double], _ weights: [Double]) -> [Double] {
        var sums = [0.0]
        sums.reserveCapacity(values.count + 1)
        for value in values { sums.append(sums[sums.count - 1] + (value.isNaN ? 0 : value)) }
        return values.indices.map { index in
            guard weights[index] > 0 else { return values[index] }
            // As far to one side as to the other: near the ends a mean of one side would lag.
            let reach = min(window, index, values.count - 1 - index)
            let mean = (sums[index + reach + 1] - sums[index - reach]) / Double(2 * reach + 1)
            return values[index] + weights[index] * (mean - values[index])
        }
    }
}
