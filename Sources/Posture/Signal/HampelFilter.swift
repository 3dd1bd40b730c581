/// Takes out samples that lie further from the median of their neighbours than `sigmas` scaled median deviations and
/// `floor` (so that a still signal's rounding is no outlier).
struct HampelFilter {
    var halfWindow: Int
    var sigmas: Double
    var floor: Double

    /// NaN samples are passed over; outliers become NaN.
    func apply(_ samples: [Double]) -> [Double] {
        guard halfWindow > 0 else { return samples }
        var result = samples
        var window = OrderedWindow(capacity: 2 * halfWindow + 1)
        for index in 0..<min(halfWindow, samples.count) { window.insert(samples[index]) }
        for index in samples.indices {
            if index > halfWindow { window.remove(samples[index - halfWindow - 1]) }
            if index + halfWindow < samples.count { window.insert(samples[index + halfWindow]) }
            guard window.count >= 3, !samples[index].isNaN else { continue }
            let distance = abs(samples[index] - window.median)
            // 1.4826: a normal distribution's standard deviation over its median deviation.
            if distance > floor, distance > sigmas * 1.4826 * window.medianDeviation { result[index] = .nan }
        }
        return result
    }
}

/// The values of a sliding window in ascending order.
private struct OrderedWindow {
    private var values: [Double]
    private(set) var count = 0

    init(capacity: Int) { values = [Double](repeating: 0, count: capacity) }

    var median: Double { values[count / 2] }

    mutating func insert(_ value: Double) {
        guard !value.isNaN else { return }
        var index = count
        while index > 0, values[index - 1] >= value {
            values[index] = values[index - 1]
            index -= 1
        }
        values[index] = value
        count += 1
    }

    mutating func remove(_ value: Double) {
        guard !value.isNaN else { return }
        var index = 0
        while values[index] < value { index += 1 }
        count -= 1
        while index < count {
            values[index] = values[index + 1]
            index += 1
        }
    }

    /// Of the distances from the median: the nearest values lie on both sides of it.
    var medianDeviation: Double {
        let middle = count / 2
        let median = values[middle]
        var (left, right) = (middle - 1, middle + 1)
        var deviation = 0.0
        for _ in 0..<middle {
            let below = left >= 0 ? median - values[left] : .infinity
            let above = right < count ? values[right] - median : .infinity
            if below <= above {
                deviation = below
                left -= 1
            } else {
                deviation = above
                right += 1
            }
        }
        return deviation
    }
}
