package import Domain
package import Foundation
import Postgres

/// A clip as its trainer and client see it; the state is derived from its row, its job and its lease.
package struct Clip: Sendable {
    package var id: UUID
    package var ownerID: Int64
    package var clientID: Int64
    /// The rule set that the trainer named; nil: none.
    package var exercise: ExerciseID?
    /// The exercise of the library that the trainer named.
    package var libraryExercise: Int64?
    package var libraryName: String?
    /// What the report judges it as.
    package var judgedAs: ExerciseID?
    package var filename: String
    package var size: Int64
    package var objectKey: String
    package var createdAt: Date
    package var state: ClipState
    /// 0...1 while it is analysed.
    package var progress: Float?
    /// While it is analysed, once that is known.
    package var framesPerSecond: Float?
    package var secondsLeft: Float?
    /// Why there is no report, or why it takes another try.
    package var failure: JobFailure?
    package var reportKey: String?
    package var trackKey: String?
    package var keyFrames: [KeyFrameReference]
    /// When the trainer published the report to the client.
    package var publishedAt: Date?

    static let columns: StaticString = """
        c.id, c.owner_id, c.client_id, c.exercise, c.exercise_id, x.name AS exercise_name, c.judged_as, c.filename,
        c.size, c.object_key, c.created_at, c.report_key,
        c.published_at, c.track_key, c.key_frames::text AS key_frames, j.state::text AS job_state, j.last_error::text AS last_error,
        l.progress, l.rate, l.seconds_left
        """
    static let tables: StaticString = """
        clip c LEFT JOIN job j ON j.id = c.job_id LEFT JOIN job_lease l ON l.job_id = j.id
        LEFT JOIN exercise x ON x.id = c.exercise_id
        """

    init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        ownerID = try row.get("owner_id")
        clientID = try row.get("client_id")
        exercise = try row.optional("exercise")
        libraryExercise = try row.optional("exercise_id")
        libraryName = try row.optional("exercise_name")
        judgedAs = try row.optional("judged_as")
        filename = try row.get("filename")
        size = try row.get("size")
        objectKey = try row.get("object_key")
        createdAt = try row.get("created_at")
        reportKey = try row.optional("report_key")
        trackKey = try row.optional("track_key")
        keyFrames = try row.optional("key_frames", as: JSON<[KeyFrameReference]>.self)?.value ?? []
        publishedAt = try row.optional("published_at")
        let jobState: String? = try row.optional("job_state")
        state = Self.state(hasReport: reportKey != nil, jobState: jobState)
        progress = state == .analysing ? try row.optional("progress") ?? 0 : nil
        framesPerSecond = state == .analysing ? try row.optional("rate") : nil
        secondsLeft = state == .analysing ? try row.optional("seconds_left") : nil
        failure = state == .ready ? nil : try row.optional("last_error", as: JSON<JobFailure>.self)?.value
    }

    static func state(hasReport: Bool, jobState: String?) -> ClipState {
        if hasReport { return .ready }
        switch jobState {
        case "running": return .analysing
        case "dead", "cancelled": return .failed
        default: return .queued
        }
    }
}

/// An archived picture of a clip.
package struct KeyFrameReference: Codable, Equatable, Sendable {
    /// Presentation time, seconds.
    package var time: Double
    package var key: String

    package init(time: Double, key: String) {
        (self.time, self.key) = (time, key)
    }
}
