/// One sign by which an exercise is known: a value of each rep (or of the hold) that lies in low...high.
struct Sign: Codable, Equatable, Sendable {
    enum Pick: String, RuleWord, Sendable { case min, max, median, range }

    var measure: Measure
    var pick: Pick
    var low: Double
    var high: Double
    /// How far outside it speaks against the exercise altogether, in the measure's unit.
    var tolerance: Double

    /// 1 inside, falling to 0 at the tolerance.
    func membership(_ value: Double) -> Double {
        let outside = max(low - value, value - high, 0)
        return max(1 - outside / tolerance, 0)
    }
}
