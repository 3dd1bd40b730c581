/// Where a movement between two levels begins and ends.
///
/// Near both ends it hardly moves, and the noise of landmarks is larger than the movement; so the ends are not looked
/// for there, but reckoned from the steep part: people move between two rests about as a minimum-jerk trajectory (Flash
/// and Hogan, 1985), x(s) = 10 s^3 - 15 s^4 + 6 s^5, which is at 10 % of its way at s = 0.247 and at 90 % at 0.753.
struct PhaseFit {
    let signal: [Double]
    let rate: Double
    /// Share of the way that counts as still being at an end: what noise and swaying make of a rest.
    let shelf: Double
    /// Seconds beyond the shelf that an end may lie at most: holds for movements at a constant speed.
    let reach: Double

    private static let low = 0.1
    private static let high = 0.9
    /// 0.247 / (0.753 - 0.247)
    private static let reachShare = 0.488

    /// Sample indices of begin and end of the movement between the samples `rest` and `peak`. `isReversed`: it goes from
    /// `peak` to a later `rest`; begin and end are in time's order in both cases.
    func phase(from rest: Int, to peak: Int, isReversed: Bool = false) -> (start: Int, end: Int) {
        let step = isReversed ? -1 : 1
        let (from, to) = (signal[rest], signal[peak])
        guard to > from else { return isReversed ? (peak, rest) : (rest, peak) }
        func level(_ share: Double) -> Double { from + share * (to - from) }
        // First at the high level, then back to where it last was at the low one: a bounce at the turn is not the way.
        let high = firstIndex(from: rest, to: peak, step) { signal[$0] >= level(Self.high) } ?? peak
        let low = firstIndex(from: high, to: rest, -step) { signal[$0] <= level(Self.low) } ?? rest
        let outerLow = firstIndex(from: low, to: rest, -step) { signal[$0] <= level(shelf) } ?? rest
        let outerHigh = firstIndex(from: high, to: peak, step) { signal[$0] >= level(1 - shelf) } ?? peak
        let beyond = Self.reachShare * Double(abs(high - low))
        let steep = Double(abs(high - low))
        let begin = min(beyond, Double(abs(low - outerLow)) + limit(abs(low - outerLow), steep))
        let end = min(beyond, Double(abs(outerHigh - high)) + limit(abs(outerHigh - high), steep))
        let (first, last) = (low - step * Int(begin.rounded()), high + step * Int(end.rounded()))
        let range = signal.indices
        let clamped = [first, last].map { min(max($0, range.lowerBound), range.upperBound - 1) }
        return isReversed ? (clamped[1], clamped[0]) : (clamped[0], clamped[1])
    }

    /// Samples beyond the shelf at most. A slow movement that gathers way like a minimum-jerk one spends twice as long
    /// between shelf and steep part as one at constant speed, and has further to go.
    private func limit(_ shelfToSteep: Int, _ steep: Double) -> Double {
        let share = Double(shelfToSteep) / max(steep, 1)
        let likeness = min(max((share - Self.constantShare) / (Self.smoothShare - Self.constantShare), 0), 1)
        return max(reach * rate, likeness * Self.smoothReach * steep)
    }

    // Of the time from 10 to 90 % of the way: from 4 to 10 % at constant speed and on a minimum-jerk course, and from
    // 0 to 4 % on the latter.
    private static let constantShare = 0.075
    private static let smoothShare = 0.152
    private static let smoothReach = 0.336

    private func firstIndex(from: Int, to: Int, _ step: Int, where matches: (Int) -> Bool) -> Int? {
        var index = from
        while true {
            if matches(index) { return index }
            guard index != to else { return nil }
            index += step
        }
    }
}
