package import Domain

/// Pose track in, report out. Pure: the same track and rules give the same report.
package struct PostureAnalyzer: Sendable {
    private let rules: RuleSet

    package init(rules: RuleSet) {
        self.rules = rules
    }

    /// `exercise` nil: nobody said what is done, so the likeliest exercise is proposed and used. An exercise without
    /// rules, or none that fits, gets a generic report.
    package func analyze(
        _ track: PoseTrack, exercise: ExerciseID?, clip: ClipFacts, provenance: Provenance,
        prescription: SetTarget? = nil
    ) -> PostureReport {
        let measures = PostureMeasures(series: LandmarkSeries(track, rules.signal), view: .unknown)
        var recognition: Recognition?
        let movement: Movement
        if let exercise {
            movement = Movement(exerciseRules(exercise, measures), measures, rules.signal)
        } else {
            let answer = ExerciseRecogniser(rules: rules, measures: measures).recognise()
            recognition = answer.recognition
            movement = answer.movement ?? Movement(exerciseRules(.generic, measures), measures, rules.signal)
        }
        var report = report(movement, track, clip, provenance)
        report.recognition = recognition
        report.comparison = prescription.map {
            PrescriptionComparison(prescription: $0, summary: report.summary, parameters: rules.signal).compare()
        }
        return report
    }

    private func exerciseRules(_ exercise: ExerciseID, _ measures: PostureMeasures) -> ExerciseRules {
        rules.exercises[exercise] ?? GenericExercise.rules(for: exercise, measures, rules.signal)
    }

    private func report(
        _ movement: Movement, _ track: PoseTrack, _ clip: ClipFacts, _ provenance: Provenance
    ) -> PostureReport {
        let reps = movement.reps(rules.signal)
        let outcome = RuleEvaluator(movement: movement, parameters: rules.signal).evaluate()
        let numbers = MovementSummary(movement: movement, parameters: rules.signal)
        let isGeneric = rules.exercises[movement.rules.exercise] == nil
        var report = PostureReport(
            clip: clip, provenance: provenance, exercise: movement.rules.exercise, view: movement.view, reps: reps,
            findings: outcome.findings.filter { $0.severity != .info }
                + outcome.findings.filter { $0.severity == .info },
            notAssessable: doubts(movement) + outcome.notAssessable,
            summary: summary(
                track, movement, reps, findings: outcome.findings.count { $0.severity != .info }, isGeneric: isGeneric))
        report.isGeneric = isGeneric
        report.rangeOfMotion = numbers.rangeOfMotion()
        report.symmetry = numbers.symmetry()
        report.drift = MovementSummary.drift(reps)
        if let reason = numbers.symmetryObstacle() {
            report.notAssessable.append(NotAssessable(rule: id(movement, "symmetry"), reason: reason))
        }
        return report
    }

    private func id(_ movement: Movement, _ name: String) -> String { movement.rules.exercise.rawValue + "." + name }

    /// What of the clip itself could not be used.
    private func doubts(_ movement: Movement) -> [NotAssessable] {
        var reasons: [String] = []
        if movement.measures.series.otherPeople > 0.02 { reasons.append(Advice.otherPeople) }
        if movement.rules.hold == nil, movement.excursions.isEmpty { reasons.append(noRepsReason(movement)) }
        return reasons.map { NotAssessable(rule: id(movement, "reps"), reason: $0) }
    }

    private func noRepsReason(_ movement: Movement) -> String {
        let (rejected, signal) = (movement.rejections, rules.signal)
        let known = movement.driver.count { !$0.isNaN }
        if Double(known) < signal.assessableShare.value * Double(movement.driver.count) { return Advice.hidden }
        if rejected.tooLong > 0 { return Advice.tooSlow(signal.repMaximum.value) }
        if rejected.outOfPlace > 0 { return Advice.outOfPlace }
        return rejected.tooShort > 0 ? Advice.tooFast(signal.repMinimum.value) : Advice.noReps
    }

    private func summary(
        _ track: PoseTrack, _ movement: Movement, _ reps: [Rep], findings: Int, isGeneric: Bool
    ) -> Summary {
        let full = reps.filter { $0.kind == .full }
        let detected = Double(track.frames.count { $0.detected }) / Double(max(track.frames.count, 1))
        let hold = movement.rules.hold.map { _ in Rounding.round(movement.holdSeconds, 1) }
        // Lowered where the person was often lost and where the signal's own period speaks of another count.
        var confidence = max(detected - movement.measures.series.otherPeople, 0)
        if let difference = movement.periodDifference(rules.signal), difference > 1.5 { confidence *= 0.6 }
        return Summary(
            fullReps: full.count, partialReps: reps.count { $0.kind == .partial },
            attempts: reps.count { $0.kind == .attempt }, medianRange: Statistics.median(full.map(\.range)),
            medianTempo: full.isEmpty
                ? nil : (0..<4).map { phase in Statistics.median(full.map { $0.tempo[phase] }) ?? 0 },
            hold: hold, detected: Rounding.round(detected, 3), confidence: Rounding.round(confidence, 2),
            text: SummaryText.text(reps: reps, hold: hold, findings: findings, isGeneric: isGeneric))
    }
}
