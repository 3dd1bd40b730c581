import Domain
import Foundation

/// How far a measured value may be off: one standard uncertainty in the rule's unit.
struct Uncertainty {
    let measures: PostureMeasures
    let parameters: SignalParameters

    /// Grows as the joints are seen less surely, and as the camera stands less square to what is measured.
    func of(_ rule: Rule) -> Double {
        let landmarks = rule.measure.landmarks(near: measures.near)
        let seen = measures.series.meanVisibility(landmarks)
        return (rule.uncertainty ?? parameters.uncertainty.value) / max(seen, 0.3) * obliqueness
    }

    /// What a length in the plane of movement loses by the camera's angle, at most twofold.
    private var obliqueness: Double {
        let whole = 0..<measures.series.count
        guard let turn = ViewEstimate.azimuth(measures, range: whole, parameters) else { return 1 }
        let share = measures.view == .side ? sin(turn * .pi / 180) : measures.view == .front ? cos(turn * .pi / 180) : 1
        return 1 / max(share, 0.5)
    }
}
