import Domain

/// Judges one exercise's rules over the reps or the hold that were found.
struct RuleEvaluator {
    let movement: Movement
    let parameters: SignalParameters

    struct Outcome {
        var findings: [Finding] = []
        var notAssessable: [NotAssessable] = []
    }

    func evaluate() -> Outcome {
        var outcome = Outcome()
        for exclusion in movement.rules.notAssessable {
            outcome.notAssessable.append(NotAssessable(rule: id(exclusion.name), reason: exclusion.reason))
        }
        var names: [String] = []
        for rule in movement.rules.rules where !names.contains(rule.name) { names.append(rule.name) }
        for name in names {
            let checks = movement.rules.rules.filter { $0.name == name }
            let judged = checks.map(judge)
            if let finding = merged(judged.compactMap(\.evidence)) {
                outcome.findings.append(finding)
            } else if let reason = judged.compactMap(\.obstacle).first, judged.allSatisfy({ $0.obstacle != nil }) {
                outcome.notAssessable.append(NotAssessable(rule: id(name), reason: reason))
            }
        }
        return outcome
    }

    private var measures: PostureMeasures { movement.measures }
    private var time: UniformTime { movement.time }

    private func id(_ name: String) -> String { movement.rules.exercise.rawValue + "." + name }

    // MARK: One check

    /// What a check found: why it could not be judged, or the fault; neither when all is well.
    private struct Judgement {
        var obstacle: String?
        var evidence: Evidence?
    }

    private struct Evidence {
        var rule: Rule
        var uncertainty: Double
        var faults: [Sample]
        var worst: Sample
        var severity: Finding.Severity

        /// How far beyond the threshold, in uncertainties.
        var weight: Double { abs(worst.value - rule.threshold) / uncertainty }
    }

    private func judge(_ rule: Rule) -> Judgement {
        if let reason = obstacle(rule) { return Judgement(obstacle: reason) }
        let values = measures.values(rule.measure)
        guard isSeen(rule, values) else { return Judgement(obstacle: Advice.hidden) }
        return Judgement(evidence: evidence(rule, values))
    }

    /// Why a rule cannot be judged on this clip, nil when it can.
    private func obstacle(_ rule: Rule) -> String? {
        guard rule.views.contains(measures.view) else { return Advice.wrongView(needs: rule.views, has: measures.view) }
        if rule.part == .hold { return holds(rule).isEmpty ? Advice.noHold : nil }
        return movement.excursions.isEmpty ? Advice.noReps : nil
    }

    /// Whether enough of the samples that the rule looks at have a value.
    private func isSeen(_ rule: Rule, _ values: [Double]) -> Bool {
        let samples = parts(rule).flatMap { $0.ranges.flatMap { Array($0) } }
        let isPartial = rule.measure == .hipLead
        let known = samples.count { !values[$0].isNaN }
        let needed = isPartial ? 1 : parameters.assessableShare.value * Double(samples.count)
        return !samples.isEmpty && Double(known) >= needed
    }

    private func evidence(_ rule: Rule, _ values: [Double]) -> Evidence? {
        let samples = parts(rule).compactMap { sample(rule, values, $0) }
        let uncertainty = Uncertainty(measures: measures, parameters: parameters).of(rule)
        // At the threshold a value is no evidence: it has to be beyond by a part of its uncertainty.
        let margin = parameters.findingMargin.value * uncertainty
        let faults = samples.filter { excess(rule, $0.value) > margin }
        let isEnough =
            rule.part == .hold
            || Double(faults.count) >= parameters.findingReps.value
            || Double(faults.count) >= parameters.findingShare.value * Double(samples.count)
            || faults.contains { isBeyondNoise(rule, $0.value, uncertainty) }
        guard isEnough, let worst = faults.max(by: { excess(rule, $0.value) < excess(rule, $1.value) }) else {
            return nil
        }
        return Evidence(
            rule: rule, uncertainty: uncertainty, faults: faults, worst: worst,
            severity: severity(rule, worst.value, uncertainty))
    }

    // MARK: Parts and values

    /// One rep's (or hold's) value with where it stands.
    private struct Sample {
        var rep: Int
        var value: Double
        var spans: [Range<Int>]
        var moment: Int
    }

    private struct Part {
        /// From 1; 0 for a hold.
        var rep: Int
        var ranges: [Range<Int>]
        /// Where a relative measure counts from.
        var origin: Int
    }

    private func parts(_ rule: Rule) -> [Part] {
        if rule.part == .hold {
            let runs = holds(rule)
            return runs.first.map { [Part(rep: 0, ranges: runs, origin: $0.lowerBound)] } ?? []
        }
        let near = max(Int(parameters.findingHold.value * time.rate), 1)
        let last = measures.series.count - 1
        return movement.excursions.enumerated().map { index, e in
            let ranges: [Range<Int>]
            switch rule.part {
            case .turn: ranges = [max(e.turn - near, e.start)..<min(e.turn + near, e.end) + 1]
            case .rest: ranges = [max(e.start - near, 0)..<e.start + 1, e.end..<min(e.end + near, last) + 1]
            case .back: ranges = [e.heldTo..<e.heldTo + max((e.end - e.heldTo) / 3, 1)]
            case .rep, .hold: ranges = [e.start..<e.end + 1]
            }
            return Part(rep: index + 1, ranges: ranges, origin: e.start)
        }
    }

    /// The hold; for what the zone itself is about, also what was held outside it.
    private func holds(_ rule: Rule) -> [Range<Int>] {
        guard rule.measure == movement.rules.hold?.measure else { return movement.holdRuns }
        return (movement.holdRuns + movement.holdsOutside).sorted { $0.lowerBound < $1.lowerBound }
    }

    private func sample(_ rule: Rule, _ values: [Double], _ part: Part) -> Sample? {
        let base = rule.relative == true ? values[part.origin] : 0
        guard !base.isNaN else { return nil }
        let indices = part.ranges.flatMap { Array($0) }.filter { !values[$0].isNaN }
        guard let first = indices.first, let last = indices.last else { return nil }
        // Around the turn and at rest the windows are as short as the time that a value has to stay.
        let isWhole = rule.part == .rep || rule.part == .hold
        let hold = isWhole ? max(Int((rule.minimumHold * time.rate).rounded()), 1) : 1
        let picked: (value: Double, moment: Int)?
        switch rule.pick {
        case .median:
            picked = Statistics.median(indices.map { values[$0] }).map { ($0, indices[indices.count / 2]) }
        case .max: picked = Sustained.extreme(indices, values, hold) { $0 < $1 }
        case .min: picked = Sustained.extreme(indices, values, hold) { $0 > $1 }
        }
        let spans = rule.part == .hold && rule.pick != .median ? beyond(rule, values, indices) : [first..<last + 1]
        return picked.map { Sample(rep: part.rep, value: $0.value - base, spans: spans, moment: $0.moment) }
    }

    /// The runs of a hold on which the value is beyond the threshold for long enough.
    private func beyond(_ rule: Rule, _ values: [Double], _ indices: [Int]) -> [Range<Int>] {
        let bridge = Int(parameters.gapMaximum.value * time.rate)
        var runs: [Range<Int>] = []
        for index in indices where excess(rule, values[index]) > 0 {
            if let last = runs.last, index - last.upperBound <= bridge {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs.filter { Double($0.count) >= rule.minimumHold * time.rate }
    }

    // MARK: Severity

    private func excess(_ rule: Rule, _ value: Double) -> Double {
        rule.fires == .above ? value - rule.threshold : rule.threshold - value
    }

    /// Major needs the major threshold and a margin above the noise.
    private func severity(_ rule: Rule, _ value: Double, _ uncertainty: Double) -> Finding.Severity {
        if rule.information == true { return .info }
        guard let major = rule.major, rule.fires == .above ? value > major : value < major else { return .minor }
        return isBeyondNoise(rule, value, uncertainty) ? .major : .minor
    }

    /// Whether even a single rep shows it beyond doubt.
    private func isBeyondNoise(_ rule: Rule, _ value: Double, _ uncertainty: Double) -> Bool {
        let noise =
            rule.unit == .degrees ? max(parameters.noiseMargin.value, uncertainty) : 2 * uncertainty
        return excess(rule, value) >= noise
    }

    // MARK: Findings

    /// Several checks of one rule are one finding, with the evidence of the clearest.
    private func merged(_ all: [Evidence]) -> Finding? {
        guard let main = all.max(by: { $0.weight < $1.weight }) else { return nil }
        let faults = all.flatMap(\.faults).sorted {
            ($0.spans.first?.lowerBound ?? 0) < ($1.spans.first?.lowerBound ?? 0)
        }
        var reps: [Int] = []
        var spans: [Finding.Span] = []
        for fault in faults where fault.rep == 0 || !reps.contains(fault.rep) {
            if fault.rep > 0 { reps.append(fault.rep) }
            spans += fault.spans.map(span)
        }
        let severities = all.map(\.severity)
        return Finding(
            rule: id(main.rule.name),
            severity: severities.contains(.major) ? .major : severities.contains(.minor) ? .minor : .info,
            reps: reps.sorted(), spans: spans, value: Rounding.round(main.worst.value, Self.places(main.rule.unit)),
            threshold: main.rule.threshold, unit: main.rule.unit.rawValue,
            uncertainty: Rounding.round(main.uncertainty, Self.places(main.rule.unit)), cue: main.rule.cue,
            source: main.rule.source, keyFrame: Rounding.round(time.time(main.worst.moment), 3),
            ruleVersion: movement.rules.version)
    }

    /// Ratios need one more.
    private static func places(_ unit: MeasureUnit) -> Int { unit == .ratio || unit == .shoulderWidths ? 2 : 1 }

    private func span(_ range: Range<Int>) -> Finding.Span {
        Finding.Span(
            start: Rounding.round(time.time(range.lowerBound), 3),
            end: Rounding.round(time.time(range.upperBound - 1), 3))
    }
}
