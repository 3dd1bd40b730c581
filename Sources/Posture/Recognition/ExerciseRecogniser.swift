import Domain

/// Proposes what is done in a clip by trying every exercise that has a signature.
struct ExerciseRecogniser {
    let rules: RuleSet
    let measures: PostureMeasures

    /// With a single rep even a perfect likeness may be chance.
    private static let repsForCertainty = 3.0

    func recognise() -> (recognition: Recognition, movement: Movement?) {
        let tried = rules.identifiers.compactMap { id -> (id: ExerciseID, confidence: Double, movement: Movement)? in
            guard let exercise = rules.exercises[id], let signature = exercise.signature else { return nil }
            let movement = Movement(exercise, measures, rules.signal)
            return (id, confidence(movement, signature), movement)
        }.sorted { ($0.confidence, $1.id.rawValue) > ($1.confidence, $0.id.rawValue) }
        let candidates = tried.prefix(3).map {
            Recognition.Candidate(exercise: $0.id, confidence: Rounding.round($0.confidence, 2))
        }
        guard let best = tried.first, best.confidence >= rules.signal.recognitionMinimum.value else {
            return (
                Recognition(proposed: nil, confidence: candidates.first?.confidence ?? 0, candidates: candidates), nil
            )
        }
        return (
            Recognition(proposed: best.id, confidence: candidates[0].confidence, candidates: candidates), best.movement
        )
    }

    /// How well every sign is met, times how much of what happens in the clip the exercise explains.
    private func confidence(_ movement: Movement, _ signature: [Sign]) -> Double {
        let parts: [Range<Int>]
        let explained: Double
        if movement.rules.hold != nil {
            parts = movement.holdRuns
            explained = movement.holdSeconds * movement.time.rate / Double(max(movement.measures.series.count, 1))
        } else {
            parts = movement.excursions.filter { $0.kind == .full }.map { $0.start..<$0.end + 1 }
            explained =
                Double(parts.count) / (Double(parts.count) + Double(rejected(movement)))
                * min((Double(parts.count) + 1) / (Self.repsForCertainty + 1), 1)
        }
        guard !parts.isEmpty else { return 0 }
        return signature.reduce(explained) { $0 * membership($1, movement.measures, parts) }
    }

    private func rejected(_ movement: Movement) -> Int {
        movement.rejections.tooShort + movement.rejections.tooLong + movement.rejections.outOfPlace
            + movement.excursions.count { $0.kind != .full }
    }

    /// Of the median over the reps. What cannot be seen speaks neither way, but a doubt remains.
    private func membership(_ sign: Sign, _ measures: PostureMeasures, _ parts: [Range<Int>]) -> Double {
        let values = measures.values(sign.measure)
        let picked = parts.compactMap { part -> Double? in
            let known = values[part].filter { !$0.isNaN }
            guard 2 * known.count > part.count else { return nil }
            switch sign.pick {
            case .min: return Statistics.percentile(known, 0.05)
            case .max: return Statistics.percentile(known, 0.95)
            case .median: return Statistics.median(known)
            case .range:
                guard let low = Statistics.percentile(known, 0.05), let high = Statistics.percentile(known, 0.95) else {
                    return nil
                }
                return high - low
            }
        }
        return Statistics.median(picked).map(sign.membership) ?? 0.8
    }
}
