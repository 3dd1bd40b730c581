import Domain

/// How surely a rep is one, and what speaks against it most.
struct RepConfidence {
    /// Share of the rep's samples on which the joints of the driver were seen, by rep.
    let seen: [Double]
    /// Whether the camera stood where angles come out wrong.
    let isAngled: Bool
    /// Difference between the reps found and those that the signal's own period speaks of; nil without a clear period.
    let periodDifference: Double?
    /// Median range and length of the full reps.
    let usualRange: Double?
    let usualSeconds: Double?

    /// `rep` with its confidence (two places) and doubt.
    func judge(_ rep: Rep, seen: Double) -> Rep {
        var factors: [(value: Double, doubt: String)] = []
        if seen < 0.9 { factors.append((max(seen, 0.1), "the joints were hidden for part of it")) }
        if isAngled { factors.append((0.85, "it was filmed at an angle")) }
        switch rep.kind {
        case .full: break
        case .partial: factors.append((0.7, "the movement was only part of the usual range"))
        case .attempt: factors.append((0.5, "the movement was less than half of the usual range"))
        }
        if let periodDifference, periodDifference > 1 {
            factors.append((0.7, "the rhythm of the set speaks for another number of reps"))
        }
        if let usualRange, usualRange > 0, rep.kind == .full {
            let ratio = min(rep.range, usualRange) / max(rep.range, usualRange)
            if ratio < 0.75 { factors.append((0.8, "its range differs from the other reps")) }
        }
        if let usualSeconds, usualSeconds > 0 {
            let ratio = min(rep.end - rep.start, usualSeconds) / max(rep.end - rep.start, usualSeconds)
            if ratio < 0.5 { factors.append((0.8, "its length differs from the other reps")) }
        }
        var judged = rep
        judged.confidence = Rounding.round(factors.reduce(1) { $0 * $1.value }, 2)
        judged.doubt = factors.min { $0.value < $1.value }?.doubt
        return judged
    }

    func judge(_ reps: [Rep]) -> [Rep] { zip(reps, seen).map { judge($0, seen: $1) } }
}
