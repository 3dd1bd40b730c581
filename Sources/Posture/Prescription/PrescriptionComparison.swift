import Domain
import Foundation

/// The set that was done beside the set that was asked for.
struct PrescriptionComparison {
    let prescription: SetTarget
    let summary: Summary
    let parameters: SignalParameters

    func compare() -> SetComparison {
        SetComparison(reps: reps(), tempo: tempo(), hold: hold(), rest: rest())
    }

    private func reps() -> SetComparison.Item {
        guard summary.hold == nil else { return item(prescription.reps?.text, nil) { _ in .notMeasured } }
        return item(prescription.reps?.text, Double(summary.fullReps)) { done in
            guard let range = prescription.reps?.range else { return .notPrescribed }
            return Int(done) < range.lowerBound ? .below : Int(done) > range.upperBound ? .above : .met
        }
    }

    private func tempo() -> [SetComparison.Item] {
        (0..<4).map { phase in
            let target = prescription.tempo?.phases[phase]
            return item(target.map(Self.text), summary.medianTempo?[phase]) { done in
                switch target {
                case nil: .notPrescribed
                case .explosive: done <= parameters.explosiveMaximum.value ? .met : .above
                case .seconds(let wanted): agreement(done, wanted)
                }
            }
        }
    }

    private func hold() -> SetComparison.Item {
        item(prescription.hold?.text, summary.hold) { held in
            guard let wanted = prescription.hold else { return .notPrescribed }
            return agreement(held, min(max(held, wanted.low), wanted.high))
        }
    }

    /// A clip shows one set, and so not the rest after it.
    private func rest() -> SetComparison.Item { item(prescription.rest?.text, nil) { _ in .notMeasured } }

    private func item(
        _ prescribed: String?, _ performed: Double?, _ judge: (Double) -> SetComparison.Agreement
    ) -> SetComparison.Item {
        let agreement: SetComparison.Agreement =
            prescribed == nil ? .notPrescribed : performed.map(judge) ?? .notMeasured
        return SetComparison.Item(prescribed: prescribed, performed: performed, agreement: agreement)
    }

    private func agreement(_ done: Double, _ wanted: Double) -> SetComparison.Agreement {
        let tolerance = max(parameters.tempoTolerance.value, parameters.tempoToleranceShare.value * wanted)
        // Both are tenths of seconds: a hundredth keeps their rounding out of it.
        if abs(done - wanted) <= tolerance + 0.01 { return .met }
        return done < wanted ? .below : .above
    }

    private static func text(_ seconds: Double) -> String {
        seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
    }

    private static func text(_ phase: TempoTarget.Phase) -> String {
        switch phase {
        case .explosive: "X"
        case .seconds(let seconds): text(seconds)
        }
    }
}
