package import Domain

/// Pose track in, report out. Pure: the same track and rules give the same report.
package struct PostureAnalyzer: Sendable {
    private let rules: RuleSet

    package init(rules: RuleSet) {
        self.rules = rules
    }

    package func analyze(
        _ track: PoseTrack, exercise: ExerciseID, clip: ClipFacts, provenance: Provenance
    ) -> PostureReport {
        guard let exerciseRules = rules.exercises[exercise] else {
            preconditionFailure("there are no rules for \(exercise.rawValue)")
        }
        let series = LandmarkSeries(track, rules.signal)
        let whole = 0..<series.count
        let firstView = exerciseRules.declaredView ?? ViewEstimate.view(series, range: whole, rules.signal)
        let driverRule = exerciseRules.driver(in: firstView)
        let firstMeasures = PostureMeasures(series: series, view: firstView)
        let driver = firstMeasures.values(driverRule.measure)
        let place = InPlace(firstMeasures, exerciseRules.position, rules.signal)
        let excursions =
            exerciseRules.hold == nil
            ? RepSegmenter(
                parameters: rules.signal, driver: driverRule, rate: series.time.rate, isInPlace: place.holds
            ).excursions(driver) : []
        // Once more over the active part: what happens around it says nothing of the view.
        let active = RepSegmenter.span(excursions) ?? whole
        let view = exerciseRules.declaredView ?? ViewEstimate.view(series, range: active, rules.signal)
        let measures = PostureMeasures(series: series, view: view)
        let reps = reps(excursions, driver, exerciseRules, series.time)
        let hold = exerciseRules.hold.flatMap { holdRange($0, measures) }
        let outcome = RuleEvaluator(
            rules: exerciseRules, parameters: rules.signal, measures: measures,
            reps: Array(zip(reps, excursions)).map { (rep: $0.0, excursion: $0.1) }, hold: hold
        ).evaluate()
        return PostureReport(
            clip: clip, provenance: provenance, exercise: exercise, view: view, reps: reps,
            findings: outcome.findings, notAssessable: outcome.notAssessable,
            summary: summary(
                track, reps, driver, series.time, hold: hold, isHold: exerciseRules.hold != nil,
                findings: outcome.findings.count))
    }

    private func reps(
        _ excursions: [RepSegmenter.Excursion], _ driver: [Double], _ exercise: ExerciseRules, _ time: UniformTime
    ) -> [Rep] {
        let tempo = Tempo(firstPhase: exercise.firstPhase, rate: time.rate)
        return excursions.enumerated().map { index, excursion in
            let next = index + 1 < excursions.count ? excursions[index + 1].start : nil
            let values = driver[excursion.start...excursion.end].filter { !$0.isNaN }
            let range = (values.max() ?? 0) - (values.min() ?? 0)
            let phases = tempo.phases(excursion, nextStart: next)
            return Rep(
                index: index + 1, kind: excursion.kind, start: Rounding.round(time.time(excursion.start), 3),
                turn: Rounding.round(time.time(excursion.turn), 3), end: Rounding.round(time.time(excursion.end), 3),
                range: Rounding.round(range, 1), tempo: phases.map { Rounding.round($0, 1) })
        }
    }

    /// The longest run in the zone, if it is long enough to be a hold.
    private func holdRange(_ hold: ExerciseRules.Hold, _ measures: PostureMeasures) -> Range<Int>? {
        let values = measures.values(hold.measure)
        var best = 0..<0
        var start: Int?
        for index in 0...values.count {
            let isIn = index < values.count && values[index] >= hold.low && values[index] <= hold.high
            if isIn {
                start = start ?? index
            } else if let first = start {
                if index - first > best.count { best = first..<index }
                start = nil
            }
        }
        return Double(best.count) >= rules.signal.holdMinimum.value * measures.series.time.rate ? best : nil
    }

    private func summary(
        _ track: PoseTrack, _ reps: [Rep], _ driver: [Double], _ time: UniformTime, hold: Range<Int>?, isHold: Bool,
        findings: Int
    ) -> Summary {
        let full = reps.filter { $0.kind == .full }
        let detected = Double(track.frames.count { $0.detected }) / Double(max(track.frames.count, 1))
        let seconds = hold.map { Rounding.round(Double($0.count) / time.rate, 1) }
        return Summary(
            fullReps: full.count, partialReps: reps.count { $0.kind == .partial },
            attempts: reps.count { $0.kind == .attempt }, medianRange: Statistics.median(full.map(\.range)),
            medianTempo: full.isEmpty
                ? nil : (0..<4).map { phase in Statistics.median(full.map { $0.tempo[phase] }) ?? 0 },
            hold: isHold ? seconds ?? 0 : nil, detected: Rounding.round(detected, 3),
            confidence: isHold ? Rounding.round(detected, 2) : confidence(reps, driver, time, detected),
            text: SummaryText.text(reps: reps, hold: isHold ? seconds ?? 0 : nil, findings: findings))
    }

    /// Lowered where the person was often lost and where the signal's own period speaks of another count.
    private func confidence(_ reps: [Rep], _ driver: [Double], _ time: UniformTime, _ detected: Double) -> Double {
        var confidence = detected
        if let first = reps.first, let last = reps.last, reps.count > 2 {
            let active = Array(driver[time.index(first.start)...time.index(last.end)])
            let expected = Periodicity.count(
                active, rate: time.rate, shortest: rules.signal.repMinimum.value, longest: rules.signal.repMaximum.value
            )
            if let expected, abs(expected - Double(reps.count)) > 1.5 { confidence *= 0.6 }
        }
        return Rounding.round(confidence, 2)
    }
}
