/// The ten exercises with a rule set of their own. The raw value is the id used in rules, URLs, tables and reports.
package enum ExerciseID: String, CaseIterable, Codable, Sendable {
    case squat
    case lunge
    case deadlift
    case pushUp = "push-up"
    case plank
    case overheadPress = "overhead-press"
    case bicepsCurl = "biceps-curl"
    case row
    case jumpingJack = "jumping-jack"
    case standing
}
