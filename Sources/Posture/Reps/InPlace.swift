/// Whether the person stays where the exercise is done over a movement.
struct InPlace {
    private let measures: PostureMeasures
    private let position: (values: [Double], low: Double, high: Double)?
    private let parameters: SignalParameters

    init(_ measures: PostureMeasures, _ position: ExerciseRules.Position?, _ parameters: SignalParameters) {
        self.measures = measures
        self.position = position.map { (measures.values($0.measure), $0.low, $0.high) }
        self.parameters = parameters
    }

    func holds(over range: Range<Int>) -> Bool {
        if let position, let median = Statistics.median(Array(position.values[range])),
            median < position.low || median > position.high
        {
            return false
        }
        let (first, last) = (measures.torso(range.lowerBound), measures.torso(range.upperBound - 1))
        let travel = abs(measures.hips(range.upperBound - 1).x - measures.hips(range.lowerBound).x)
        // Where the ends were not seen nothing speaks against it.
        guard !first.isNaN, !last.isNaN, !travel.isNaN else { return true }
        return travel <= parameters.travelMaximum.value * max(first, last)
            && max(first, last) <= parameters.scaleMaximum.value * min(first, last)
    }
}
