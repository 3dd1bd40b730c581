/// A second opinion on the number of reps: the period at which the driver resembles itself most.
enum Periodicity {
    /// Reps that fit into the signal by its autocorrelation between `shortest` and `longest` seconds; nil where it has
    /// no clear period.
    static func count(_ signal: [Double], rate: Double, shortest: Double, longest: Double) -> Double? {
        best(signal, rate: rate, shortest: shortest, longest: longest).map {
            Double(signal.count { !$0.isNaN }) / rate / $0.period
        }
    }

    /// The clearest period in seconds and its autocorrelation, 0...1.
    static func best(
        _ signal: [Double], rate: Double, shortest: Double, longest: Double
    ) -> (period: Double, strength: Double)? {
        // Ten samples a second show any rep that counts, and keep this cheap on long clips.
        let step = max(Int(rate / 10), 1)
        let values = stride(from: 0, to: signal.count, by: step).map { signal[$0] }.filter { !$0.isNaN }
        guard values.count > 20 else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        let centred = values.map { $0 - mean }
        let energy = centred.reduce(0) { $0 + $1 * $1 }
        let tenth = rate / Double(step)
        let first = max(Int(shortest * tenth), 2)
        let last = min(Int(longest * tenth), centred.count / 2)
        guard energy > 0, first < last else { return nil }
        var peaks: [(lag: Double, value: Double)] = []
        var (beforeLast, previous) = (1.0, 1.0)
        var rising = false
        for lag in first...last {
            var sum = 0.0
            for index in 0..<(centred.count - lag) { sum += centred[index] * centred[index + lag] }
            let value = sum / energy * Double(centred.count) / Double(centred.count - lag)
            if rising && value < previous && previous > 0.3 {
                // The top of a parabola through three values: a tenth of a second is coarse for a long set.
                let bend = beforeLast - 2 * previous + value
                let offset = bend < 0 ? 0.5 * (beforeLast - value) / bend : 0
                peaks.append((Double(lag - 1) + offset, previous))
            }
            rising = value > previous
            (beforeLast, previous) = (previous, value)
        }
        // Multiples of the period resemble as much: the first of the high peaks is the period itself.
        let highest = peaks.map(\.value).max() ?? 0
        return peaks.first { $0.value >= 0.85 * highest }.map { ($0.lag / tenth, $0.value) }
    }
}
