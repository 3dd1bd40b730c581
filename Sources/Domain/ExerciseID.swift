/// An exercise by its id, as used in rules, URLs, tables and reports: lower-case words joined by hyphens. Which
/// exercises can be judged is for the rule files to say; the ten that ship have names here.
package struct ExerciseID: RawRepresentable, Hashable, Codable, Sendable {
    package let rawValue: String

    /// Nil unless `rawValue` is one to 64 lower-case letters, digits and single hyphens, beginning with a letter.
    package init?(rawValue: String) {
        let words = rawValue.split(separator: "-", omittingEmptySubsequences: false)
        guard rawValue.utf8.count <= 64, rawValue.first?.isLetter == true, words.allSatisfy(Self.isWord) else {
            return nil
        }
        self.rawValue = rawValue
    }

    private init(_ known: String) { rawValue = known }

    private static func isWord(_ word: Substring) -> Bool {
        !word.isEmpty && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }

    package static let squat = ExerciseID("squat")
    package static let lunge = ExerciseID("lunge")
    package static let deadlift = ExerciseID("deadlift")
    package static let pushUp = ExerciseID("push-up")
    package static let plank = ExerciseID("plank")
    package static let overheadPress = ExerciseID("overhead-press")
    package static let bicepsCurl = ExerciseID("biceps-curl")
    package static let row = ExerciseID("row")
    package static let jumpingJack = ExerciseID("jumping-jack")
    package static let standing = ExerciseID("standing")
    /// Any exercise without a rule set: angles, range of motion and reps, no judgement of form.
    package static let generic = ExerciseID("generic")
}

extension ExerciseID: CaseIterable {
    /// The ten that ship with a rule set.
    package static let allCases: [ExerciseID] = [
        .squat, .lunge, .deadlift, .pushUp, .plank, .overheadPress, .bicepsCurl, .row, .jumpingJack, .standing,
    ]
}
