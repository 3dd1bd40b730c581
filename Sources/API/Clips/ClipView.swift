import Domain
import Foundation
import Store

/// A clip as the API shows it.
struct ClipView: Encodable, SchemaDescribing {
    struct Failure: Encodable, Sendable {
        var code: String
        var message: String
    }

    var id: String
    /// The rule set that the trainer named.
    var exercise: ExerciseID?
    /// The exercise of the library that the trainer named.
    var libraryExercise: Int64?
    var libraryName: String?
    /// What the report judges it as: what was named, or what was recognised.
    var judgedAs: ExerciseID?
    var filename: String
    var size: Int64
    var createdAt: Date
    var state: ClipState
    var progress: Float?
    var framesPerSecond: Float?
    var secondsLeft: Float?
    /// Why there is no report; while it is queued again, why the last try failed.
    var failure: Failure?
    /// Whether the client sees the report.
    var isPublished: Bool

    init(_ clip: Clip) {
        id = clip.id.uuidString.lowercased()
        exercise = clip.exercise
        libraryExercise = clip.libraryExercise
        libraryName = clip.libraryName
        judgedAs = clip.judgedAs
        filename = clip.filename
        size = clip.size
        createdAt = clip.createdAt
        state = clip.state
        progress = clip.progress
        framesPerSecond = clip.framesPerSecond
        secondsLeft = clip.secondsLeft
        isPublished = clip.publishedAt != nil
        failure = clip.failure.map { Failure(code: $0.code, message: $0.message) }
    }

    enum CodingKeys: String, CodingKey {
        case id, exercise
        case libraryExercise = "exercise_id"
        case libraryName = "exercise_name"
        case judgedAs = "judged_as"
        case filename, size
        case createdAt = "created_at"
        case state, progress
        case framesPerSecond = "frames_per_s"
        case secondsLeft = "left_s"
        case failure
        case isPublished = "published"
    }

    static let schema = Schema.object([
        .required("id", .uuid), .optional("exercise", .exercise), .optional("exercise_id", .id),
        .optional("exercise_name", .text()), .optional("judged_as", .exercise), .required("filename", .text()),
        .required("size", .integer(0...Int64.max)), .required("created_at", .timestamp),
        .required("state", .choice(["receiving", "queued", "analysing", "ready", "failed"])),
        .optional("progress", .number(0...1)), .optional("frames_per_s", .number(0...1e9)),
        .optional("left_s", .number(0...1e12)), .required("published", .boolean),
        .optional("failure", .object([.required("code", .text()), .required("message", .text())])),
    ])
}
