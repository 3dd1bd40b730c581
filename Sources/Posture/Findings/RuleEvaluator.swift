import Domain

/// Judges one exercise's rules over the reps that were found.
struct RuleEvaluator {
    let rules: ExerciseRules
    let parameters: SignalParameters
    let measures: PostureMeasures
    let reps: [(rep: Rep, excursion: RepSegmenter.Excursion)]
    /// Samples of a hold in its zone, for exercises that are held.
    let hold: Range<Int>?

    struct Outcome {
        var findings: [Finding] = []
        var notAssessable: [NotAssessable] = []
    }

    func evaluate() -> Outcome {
        var outcome = Outcome()
        for exclusion in rules.notAssessable {
            outcome.notAssessable.append(NotAssessable(rule: id(exclusion.name), reason: exclusion.reason))
        }
        for rule in rules.rules {
            if let reason = obstacle(rule) {
                outcome.notAssessable.append(NotAssessable(rule: id(rule.name), reason: reason))
                continue
            }
            let values = measures.values(rule.measure)
            guard isSeen(values) else {
                outcome.notAssessable.append(NotAssessable(rule: id(rule.name), reason: Advice.hidden))
                continue
            }
            if let finding = finding(rule, values) { outcome.findings.append(finding) }
        }
        return outcome
    }

    private func id(_ name: String) -> String { rules.exercise.rawValue + "." + name }

    /// Why a rule cannot be judged on this clip, nil when it can.
    private func obstacle(_ rule: Rule) -> String? {
        guard rule.views.contains(measures.view) else { return Advice.wrongView(needs: rule.views, has: measures.view) }
        return rule.part == .hold ? (hold == nil ? Advice.noHold : nil) : (reps.isEmpty ? Advice.noReps : nil)
    }

    /// Whether enough of the active samples have a value.
    private func isSeen(_ values: [Double]) -> Bool {
        let active = hold.map { [$0] } ?? reps.map { $0.excursion.start..<$0.excursion.end + 1 }
        let samples = active.flatMap { Array($0) }
        let known = samples.count { !values[$0].isNaN }
        return !samples.isEmpty && Double(known) >= parameters.assessableShare.value * Double(samples.count)
    }

    /// One rep's (or hold's) value with where it stands.
    private struct Sample {
        var rep: Int
        var value: Double
        var span: Range<Int>
        var moment: Int
    }

    private func finding(_ rule: Rule, _ values: [Double]) -> Finding? {
        let samples = parts(rule).compactMap { sample(rule, values, $0.rep, $0.ranges, $0.origin) }
        // At the threshold a value is no evidence: it has to be beyond by a part of its uncertainty.
        let margin = parameters.findingMargin.value * uncertainty(rule)
        let faults = samples.filter { excess(rule, $0.value) > margin }
        let isEnough =
            rule.part == .hold
            || Double(faults.count) >= parameters.findingReps.value
            || Double(faults.count) >= parameters.findingShare.value * Double(samples.count)
            || faults.contains { isBeyondNoise(rule, $0.value) }
        guard !faults.isEmpty, isEnough,
            let worst = faults.max(by: { excess(rule, $0.value) < excess(rule, $1.value) })
        else { return nil }
        return Finding(
            rule: id(rule.name), severity: severity(rule, worst.value), reps: faults.map(\.rep).filter { $0 > 0 },
            spans: faults.map { span($0.span) }, value: round(worst.value, 1), threshold: rule.threshold,
            unit: rule.unit, uncertainty: round(uncertainty(rule), 1), cue: rule.cue, source: rule.source,
            keyFrame: round(measures.series.time.time(worst.moment), 3))
    }

    private func parts(_ rule: Rule) -> [(rep: Int, ranges: [Range<Int>], origin: Int)] {
        if rule.part == .hold { return hold.map { [(0, [$0], $0.lowerBound)] } ?? [] }
        let near = max(Int(parameters.findingHold.value * measures.series.time.rate), 1)
        return reps.map { entry in
            let e = entry.excursion
            let last = measures.series.count - 1
            switch rule.part {
            case .turn:
                return (entry.rep.index, [max(e.turn - near, e.start)..<min(e.turn + near, e.end) + 1], e.start)
            case .rest:
                return (
                    entry.rep.index, [max(e.start - near, 0)..<e.start + 1, e.end..<min(e.end + near, last) + 1],
                    e.start
                )
            case .rep, .hold:
                return (entry.rep.index, [e.start..<e.end + 1], e.start)
            }
        }
    }

    private func sample(
        _ rule: Rule, _ values: [Double], _ rep: Int, _ ranges: [Range<Int>], _ origin: Int
    ) -> Sample? {
        let base = rule.relative == true ? values[origin] : 0
        guard !base.isNaN else { return nil }
        let indices = ranges.flatMap { Array($0) }.filter { !values[$0].isNaN }
        guard let first = indices.first, let last = indices.last else { return nil }
        // What a fault needs is that the value stays beyond for the minimum time: the extreme of the moving minimum
        // (or maximum). Around the turn and at rest the windows are that short already.
        let hold = rule.part == .rep ? max(Int(parameters.findingHold.value * measures.series.time.rate), 1) : 1
        let picked: (value: Double, moment: Int)?
        switch rule.pick {
        case .median:
            picked = Statistics.median(indices.map { values[$0] }).map { ($0, indices[indices.count / 2]) }
        case .max: picked = sustained(indices, values, hold) { $0 < $1 }
        case .min: picked = sustained(indices, values, hold) { $0 > $1 }
        }
        return picked.map { Sample(rep: rep, value: $0.value - base, span: first..<last + 1, moment: $0.moment) }
    }

    /// The best (by `less`) of the worst values in windows of `hold` samples.
    private func sustained(
        _ indices: [Int], _ values: [Double], _ hold: Int, _ less: (Double, Double) -> Bool
    ) -> (value: Double, moment: Int)? {
        var best: (value: Double, moment: Int)?
        for start in 0...max(indices.count - hold, 0) {
            let window = indices[start..<min(start + hold, indices.count)]
            guard let worst = window.min(by: { less(values[$0], values[$1]) }) else { continue }
            if best.map({ less($0.value, values[worst]) }) ?? true {
                best = (values[worst], window[window.startIndex + window.count / 2])
            }
        }
        return best
    }

    private func fires(_ rule: Rule, _ value: Double, beyond limit: Double) -> Bool {
        rule.fires == .above ? value > limit : value < limit
    }

    private func excess(_ rule: Rule, _ value: Double) -> Double {
        rule.fires == .above ? value - rule.threshold : rule.threshold - value
    }

    /// Major needs the major threshold and a margin above the noise.
    private func severity(_ rule: Rule, _ value: Double) -> Finding.Severity {
        guard let major = rule.major, fires(rule, value, beyond: major) else { return .minor }
        return isBeyondNoise(rule, value) ? .major : .minor
    }

    /// Whether even a single rep shows it beyond doubt.
    private func isBeyondNoise(_ rule: Rule, _ value: Double) -> Bool {
        excess(rule, value) >= (rule.unit == "deg" ? parameters.noiseMargin.value : 2 * uncertainty(rule))
    }

    /// Grows as the joints are seen less surely.
    private func uncertainty(_ rule: Rule) -> Double {
        let seen = measures.series.meanVisibility([measures.near.shoulder, measures.near.hip, measures.near.knee])
        return (rule.uncertainty ?? parameters.uncertainty.value) / max(seen, 0.3)
    }

    private func span(_ range: Range<Int>) -> Finding.Span {
        let time = measures.series.time
        return Finding.Span(
            start: round(time.time(range.lowerBound), 3), end: round(time.time(range.upperBound - 1), 3))
    }

    private func round(_ value: Double, _ places: Int) -> Double { Rounding.round(value, places) }
}
