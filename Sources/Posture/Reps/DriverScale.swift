/// Maps a driver's values to 0 at rest and 1 at the usual turn.
struct DriverScale {
    let rest: Double
    let range: Double

    /// Nil when the signal moves less than a rep does.
    init?(_ signal: [Double], _ driver: ExerciseRules.Driver, _ parameters: SignalParameters) {
        // Few reps in a long clip hardly show in the usual percentiles.
        let shares = [(parameters.percentileLow.value, parameters.percentileHigh.value), (0.01, 0.99)]
        let ranges = shares.compactMap { low, high -> (low: Double, high: Double)? in
            guard let low = Statistics.percentile(signal, low), let high = Statistics.percentile(signal, high) else {
                return nil
            }
            return (low, high)
        }
        guard let found = ranges.first(where: { $0.high - $0.low >= driver.minimumRange }) else { return nil }
        let falls = driver.turn < driver.rest
        rest = falls ? found.high : found.low
        range = falls ? found.low - found.high : found.high - found.low
    }

    func share(_ value: Double) -> Double { (value - rest) / range }
}
