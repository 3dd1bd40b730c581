import Domain

/// The four phases of a rep in seconds: eccentric, pause after it, concentric, pause after it.
struct Tempo {
    let firstPhase: ExerciseRules.Phase
    let rate: Double

    /// `nextStart` is where the next rep begins, nil after the last: then the pause at rest is not known and 0.
    func phases(_ rep: RepSegmenter.Excursion, nextStart: Int?) -> [Double] {
        let out = Double(rep.heldFrom - rep.start) / rate
        let held = Double(rep.heldTo - rep.heldFrom) / rate
        let back = Double(rep.end - rep.heldTo) / rate
        let rest = nextStart.map { Double(max($0 - rep.end, 0)) / rate } ?? 0
        switch firstPhase {
        case .eccentric: return [out, held, back, rest]
        // Out is concentric: its pause is the one at the turn, the eccentric's the one at rest.
        case .concentric: return [back, rest, out, held]
        }
    }
}
