/// A uniform time base over a clip's presentation times.
struct UniformTime {
    let start: Double
    let rate: Double
    let count: Int

    init(times: [Double], rate: Double) {
        start = times.first ?? 0
        self.rate = rate
        count = times.isEmpty ? 0 : Int(((times[times.count - 1] - start) * rate).rounded(.down)) + 1
    }

    func time(_ index: Int) -> Double { start + Double(index) / rate }

    func index(_ time: Double) -> Int { min(max(Int(((time - start) * rate).rounded()), 0), max(count - 1, 0)) }

    /// Straight lines between the samples that have a value; NaN across gaps longer than `gap` seconds and before the
    /// first and after the last.
    func resample(_ values: [Double], at times: [Double], gap: Double) -> [Double] {
        var result = [Double](repeating: .nan, count: count)
        var previous: Int?
        var next = 0
        for index in 0..<count {
            let time = self.time(index)
            while next < times.count, times[next] < time || values[next].isNaN {
                if times[next] <= time && !values[next].isNaN { previous = next }
                if times[next] > time && values[next].isNaN && next == times.count - 1 { break }
                next += 1
            }
            if next < times.count, times[next] == time, !values[next].isNaN {
                result[index] = values[next]
            } else if let before = previous, next < times.count, times[next] - times[before] <= gap {
                let share = (time - times[before]) / (times[next] - times[before])
                result[index] = values[before] + share * (values[next] - values[before])
            }
        }
        return result
    }
}
