import Domain

/// What the page says of the set as a whole: what was recognised, asked for, and how it changed from rep to rep.
extension FeedbackPage {
    /// One line of the comparison with the prescription.
    struct ComparisonRow {
        var what: String
        var asked: String
        var done: String
        var answer: String
        var isOff: Bool
    }

    struct SymmetryRow {
        var joint: String
        var left: String
        var right: String
        var difference: String
    }

    /// Nil when the trainer named the exercise.
    static func recognition(_ report: PostureReport) -> String? {
        guard let recognition = report.recognition else { return nil }
        let percent = Wording.number(recognition.confidence * 100, 0)
        guard let proposed = recognition.proposed else {
            return "Nobody named the exercise, and none of those that can be judged fits. Reps, tempo and ranges are "
                + "measured; form is not judged."
        }
        return "Nobody named the exercise. It looks like \(Wording.exercise(proposed).lowercased()) "
            + "(confidence \(percent) %), and is judged as that."
    }

    /// Nil when there are rules for what is done, or when `recognition` says so already.
    static func notJudged(_ report: PostureReport) -> String? {
        guard report.isGeneric == true, report.recognition == nil else { return nil }
        return "There are no rules for this exercise. Reps, tempo and ranges are measured; form is not judged."
    }

    static func comparison(_ comparison: SetComparison) -> [ComparisonRow] {
        let phases = ["Lowering", "Pause after it", "Lifting", "Pause at the end"]
        let rows =
            [row("Reps", comparison.reps, places: 0)]
            + zip(phases, comparison.tempo).map { row($0 + ", s", $1) }
            + [row("Hold, s", comparison.hold), row("Rest, s", comparison.rest)]
        return rows
    }

    private static func row(_ what: String, _ item: SetComparison.Item, places: Int = 1) -> ComparisonRow {
        let answer =
            switch item.agreement {
            case .met: "as asked"
            case .below: "less"
            case .above: "more"
            case .notPrescribed: "not prescribed"
            case .notMeasured: "not in the clip"
            }
        return ComparisonRow(
            what: what, asked: item.prescribed ?? "–", done: item.performed.map { Wording.number($0, places) } ?? "–",
            answer: answer, isOff: [.below, .above].contains(item.agreement))
    }

    static func drift(_ drift: Drift) -> String {
        func change(_ value: Double, _ more: String, _ less: String) -> String {
            abs(value) < 1 ? "as at first" : "\(Wording.number(abs(value), 0)) % \(value > 0 ? more : less)"
        }
        return
            "From the first to the last of \(drift.reps) full reps: moving time \(change(drift.duration, "longer", "shorter")), "
            + "range \(change(drift.range, "larger", "smaller")), lifting speed \(change(drift.speed, "faster", "slower"))."
    }

    /// Nil when the clip shows no logged set, or neither load nor effort was logged.
    static func logged(_ set: SetRecord?) -> String? {
        let parts = [
            set?.load.map { "\(Wording.number($0)) kg" }, set?.rpe.map { "RPE \(Wording.number($0))" },
        ].compactMap(\.self)
        return parts.isEmpty ? nil : "Logged for this set: " + parts.joined(separator: ", ") + "."
    }

    static func symmetry(_ symmetry: Symmetry) -> SymmetryRow {
        SymmetryRow(
            joint: symmetry.joint.prefix(1).uppercased() + symmetry.joint.dropFirst(),
            left: Wording.number(symmetry.left, 0), right: Wording.number(symmetry.right, 0),
            difference: Wording.number(symmetry.asymmetry * 100, 0))
    }

    /// `Rep 3 (70 %): it was filmed at an angle.`; reps with the same doubt and confidence together.
    static func doubts(_ reps: [Rep]) -> [String] {
        var groups: [(reps: [Int], percent: String, doubt: String)] = []
        for rep in reps {
            guard let confidence = rep.confidence, let doubt = rep.doubt else { continue }
            let percent = Wording.number(confidence * 100, 0)
            if let index = groups.firstIndex(where: { $0.percent == percent && $0.doubt == doubt }) {
                groups[index].reps.append(rep.index)
            } else {
                groups.append(([rep.index], percent, doubt))
            }
        }
        return groups.map { group in
            let isAll = group.reps.count == reps.count && reps.count > 1
            let names = group.reps.map(String.init).joined(separator: ", ")
            return "\(isAll ? "All reps" : group.reps.count == 1 ? "Rep \(names)" : "Reps \(names)") "
                + "(\(group.percent) % sure): \(group.doubt)."
        }
    }
}
