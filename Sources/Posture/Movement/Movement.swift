import Domain

/// What the rules of one exercise find in a clip: the reps or the hold, and the measures in the view they were seen in.
struct Movement {
    let rules: ExerciseRules
    let view: CameraView
    let measures: PostureMeasures
    /// The driver over time; empty for holds.
    let driver: [Double]
    let excursions: [RepSegmenter.Excursion]
    let rejections: RepSegmenter.Rejections
    let holdRuns: [Range<Int>]
    /// Held, but outside the zone.
    let holdsOutside: [Range<Int>]
    let holdSeconds: Double

    init(_ rules: ExerciseRules, _ measures: PostureMeasures, _ parameters: SignalParameters) {
        self.rules = rules
        let series = measures.series
        let whole = 0..<series.count
        func view(over range: Range<Int>) -> CameraView {
            rules.declaredView ?? ViewEstimate.view(measures, range: range, parameters)
        }
        var first = measures
        first.view = view(over: whole)
        var result = RepSegmenter.Result()
        if let driverRule = rules.driver(in: first.view) {
            driver = first.values(driverRule.measure)
            let place = InPlace(first, rules.position, parameters)
            result = RepSegmenter(
                parameters: parameters, driver: driverRule, rate: series.time.rate, isInPlace: place.holds
            ).segment(driver)
        } else {
            driver = []
        }
        (excursions, rejections) = (result.excursions, result.rejections)
        if let hold = rules.hold {
            let finder = HoldFinder(hold: hold, position: rules.position, measures: first, parameters: parameters)
            holdRuns = finder.runs()
            holdsOutside = finder.runsOutside()
            holdSeconds = finder.seconds(holdRuns)
        } else {
            (holdRuns, holdsOutside, holdSeconds) = ([], [], 0)
        }
        // Once more over the active part: what happens around it says nothing of the view.
        let active = RepSegmenter.span(excursions) ?? Self.span(holdRuns) ?? whole
        self.view = view(over: active)
        first.view = self.view
        self.measures = first
    }

    /// The samples from the first rep's start to the last one's end, or of the hold; nil without either.
    var active: Range<Int>? { RepSegmenter.span(excursions) ?? Self.span(holdRuns) }

    private static func span(_ runs: [Range<Int>]) -> Range<Int>? {
        guard let first = runs.first, let last = runs.last else { return nil }
        return first.lowerBound..<last.upperBound
    }

    var time: UniformTime { measures.series.time }

    /// Whether angles come out wrong from where the camera stood.
    var isAngled: Bool { view == .oblique || view == .unknown }

    func reps(_ parameters: SignalParameters) -> [Rep] {
        let tempo = Tempo(firstPhase: rules.firstPhase ?? .eccentric, rate: time.rate)
        let angles = rules.rangeMeasure(in: view).map(measures.values) ?? driver
        let plain = excursions.enumerated().map { index, excursion in
            let next = index + 1 < excursions.count ? excursions[index + 1].start : nil
            let values = angles[excursion.start...excursion.end].filter { !$0.isNaN }
            let range = (values.max() ?? 0) - (values.min() ?? 0)
            let phases = tempo.phases(excursion, nextStart: next)
            return Rep(
                index: index + 1, kind: excursion.kind, start: Rounding.round(time.time(excursion.start), 3),
                turn: Rounding.round(time.time(excursion.turn), 3), end: Rounding.round(time.time(excursion.end), 3),
                range: Rounding.round(range, 1), tempo: phases.map { Rounding.round($0, 1) })
        }
        let full = plain.filter { $0.kind == .full }
        return RepConfidence(
            seen: excursions.map(seen), isAngled: isAngled,
            periodDifference: periodDifference(parameters), usualRange: Statistics.median(full.map(\.range)),
            usualSeconds: Statistics.median(full.map { $0.end - $0.start })
        ).judge(plain)
    }

    private func seen(_ excursion: RepSegmenter.Excursion) -> Double {
        let range = excursion.start...excursion.end
        return Double(range.count { !driver[$0].isNaN }) / Double(range.count)
    }

    /// Reps found against reps by the signal's own period.
    func periodDifference(_ parameters: SignalParameters) -> Double? {
        guard excursions.count > 2, let active else { return nil }
        return Periodicity.count(
            Array(driver[active]), rate: time.rate, shortest: parameters.repMinimum.value,
            longest: parameters.repMaximum.value
        ).map { abs($0 - Double(excursions.count)) }
    }
}
