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
        // The window's values in order, kept so while it slides.
        var window: [Double] = []
        window.reserveCapacity(2 * halfWindow + 1)
        for index in 0..<min(halfWindow, samples.count) { Self.insert(samples[index], into: &window) }
        for index in samples.indices {
            if index + halfWindow < samples.count { Self.insert(samples[index + halfWindow], into: &window) }
            if index > halfWindow { Self.remove(samples[index - halfWindow - 1], from: &window) }
            guard window.count >= 3, !samples[index].isNaN else { continue }
            let median = window[window.count / 2]
            let distance = abs(samples[index] - median)
            // 1.4826: a normal distribution's standard deviation over its median deviation.
            if distance > floor, distance > sigmas * 1.4826 * Self.medianDeviation(window) { result[index] = .nan }
        }
        return result
    }

    private static func position(of value: Double, in window: [Double]) -> Int {
        var index = window.count
        while index > 0, window[index - 1] >= value { index -= 1 }
        return index
    }

    private static func insert(_ value: Double, into window: inout [Double]) {
        guard !value.isNaN else { return }
        window.insert(value, at: position(of: value, in: window))
    }

    private static func remove(_ value: Double, from window: inout [Double]) {
        guard !value.isNaN else { return }
        window.remove(at: position(of: value, in: window))
    }

    /// Of an ordered window: the nearest values lie on both sides of the median.
    private static func medianDeviation(_ window: [Double]) -> Double {
        let middle = window.count / 2
        let median = window[middle]
        var (left, right) = (middle - 1, middle + 1)
        var deviation = 0.0
        for _ in 0..<middle {
            let below = left >= 0 ? median - window[left] : .infinity
            let above = right < window.count ? window[right] - median : .infinity
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
