import Domain

/// The four phases of a rep in seconds: eccentric, pause after it, concentric, pause after it. A pause is where the
/// driver moves slower than the larger of a fixed speed and a share of the rep's peak.
struct Tempo {
    let parameters: SignalParameters
    let firstPhase: ExerciseRules.Phase

    /// `nextStart` is where the next rep begins, nil after the last: then the pause at rest is not known and 0.
    func phases(
        _ rep: RepSegmenter.Excursion, signal: [Double], rate: Double, nextStart: Int?
    ) -> [Double] {
        let speed = Speed.degreesPerSecond(signal, rate: rate)
        let peak = (rep.start...rep.end).map { abs(speed[$0]) }.filter { !$0.isNaN }.max() ?? 0
        let still = max(parameters.pauseSpeed.value, parameters.pauseShare.value * peak)
        var turnStart = rep.turn
        while turnStart > rep.start, abs(speed[turnStart - 1]) < still { turnStart -= 1 }
        var turnEnd = rep.turn
        while turnEnd < rep.end, abs(speed[turnEnd + 1]) < still { turnEnd += 1 }
        let out = Double(turnStart - rep.start) / rate
        let held = Double(turnEnd - turnStart) / rate
        let back = Double(rep.end - turnEnd) / rate
        let rest = nextStart.map { Double(max($0 - rep.end, 0)) / rate } ?? 0
        switch firstPhase {
        case .eccentric: return [out, held, back, rest]
        // Out is concentric: its pause is the one at the turn, the eccentric's the one at rest.
        case .concentric: return [back, rest, out, held]
        }
    }
}
