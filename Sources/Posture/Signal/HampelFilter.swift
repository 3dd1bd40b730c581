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
        for index in samples.indices where !samples[index].isNaN {
            let window = samples[max(0, index - halfWindow)...min(samples.count - 1, index + halfWindow)]
                .filter { !$0.isNaN }.sorted()
            guard window.count >= 3 else { continue }
            let median = window[window.count / 2]
            let deviations = window.map { abs($0 - median) }.sorted()
            // 1.4826: a normal distribution's standard deviation over its median deviation.
            let limit = max(sigmas * 1.4826 * deviations[deviations.count / 2], floor)
            if abs(samples[index] - median) > limit { result[index] = .nan }
        }
        return result
    }
}
