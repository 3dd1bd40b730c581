import Domain

/// The report in one sentence.
enum SummaryText {
    static func text(reps: [Rep], hold: Double?, findings: Int, isGeneric: Bool) -> String {
        let done: String
        if let hold {
            done = hold > 0 ? "Held for \(hold) s" : "No hold was found"
        } else {
            done = counted(reps)
        }
        if isGeneric { return done + "; there are no rules for this exercise, so form was not judged." }
        switch findings {
        case 0: return done + "."
        case 1: return done + "; one thing to work on."
        default: return done + "; \(findings) things to work on."
        }
    }

    private static func counted(_ reps: [Rep]) -> String {
        guard !reps.isEmpty else { return "No repetition was found" }
        let full = reps.count { $0.kind == .full }
        let partial = reps.count { $0.kind == .partial }
        var text = full == 1 ? "1 full rep" : "\(full) full reps"
        if partial > 0 { text += " and \(partial) partial" }
        return text
    }
}
