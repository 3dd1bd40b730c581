import Domain
import Foundation
import Store

/// A session that is to begin.
struct NewSessionBody: Decodable, SchemaDescribing {
    /// The trainer's clients who take part; a client takes part alone.
    var participants: [Int64]?
    /// A due workout of the only participant.
    var due: Int64?
    /// A workout of the trainer's library.
    var workout: Int64?
    var booking: Int64?
    /// The workout's name if not given.
    var name: String?

    static let schema = Schema.object([
        .optional("participants", .list(.id, 1...12)), .optional("due", .id), .optional("workout", .id),
        .optional("booking", .id), .optional("name", .name),
    ])
}

struct SessionNotes: Decodable, SchemaDescribing {
    var notes: String
    static let schema = Schema.object([.required("notes", .notes)])
}

/// A session in a list.
struct SessionHeadingView: Encodable, SchemaDescribing {
    var id: Int64
    var client: Int64
    var trainer: Int64?
    var due: Int64?
    var booking: Int64?
    var name: String
    var notes: String
    var startedAt: Date
    var finishedAt: Date?

    static let schema = Schema.object([
        .required("id", .id), .required("client", .id), .optional("trainer", .id), .optional("due", .id),
        .optional("booking", .id), .required("name", .name), .required("notes", .notes),
        .required("started_at", .timestamp), .optional("finished_at", .timestamp),
    ])

    init(_ row: TrainingSession) {
        id = row.id
        client = row.clientID
        trainer = row.trainerID
        due = row.dueWorkoutID
        booking = row.bookingID
        name = row.name
        notes = row.notes
        startedAt = row.startedAt
        finishedAt = row.finishedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, client, trainer, due, booking, name, notes
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }
}

/// A session with all that was done.
struct TrainingSessionView: Encodable, SchemaDescribing {
    var heading: SessionHeadingView
    /// All who trained together; told to trainers only.
    var participants: [Int64]?
    var exercises: [SessionExercise]
    var summary: SessionSummary

    static let schema = SessionHeadingView.schema.adding([
        .optional("participants", .list(.id)), .required("exercises", .list(SessionExercise.schema, 0...10_000)),
        .required("summary", SessionSummary.schema),
    ])

    private enum CodingKeys: String, CodingKey { case participants, exercises, summary }

    func encode(to encoder: any Encoder) throws {
        try heading.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(participants, forKey: .participants)
        try container.encode(exercises, forKey: .exercises)
        try container.encode(summary, forKey: .summary)
    }

    /// The session as it is now.
    static func reply(_ call: Call, _ session: TrainingSession) async throws -> Reply<TrainingSessionView> {
        let sessions = TrainingSessions(call.database)
        guard let (row, exercises) = try await sessions.record(session.id) else { throw Problem.notFound }
        let isClient = try call.requirePrincipal().person.role == .client
        let view = TrainingSessionView(
            heading: SessionHeadingView(row), participants: isClient ? nil : try await sessions.participants(row),
            exercises: exercises,
            summary: SessionSummary(exercises.map { ($0.status, $0.sets.map(\.record)) }))
        return Reply(view, version: row.version)
    }
}

extension SessionExercise: SchemaDescribing {
    static let schema = Schema.object([
        .required("id", .id), .required("exercise", .id), .required("name", .text(0...200)),
        .required("phase", .choice(Workout.Phase.self)), .required("activity", .integer(1...10_000)),
        .optional("superset", .choice(Activity.Superset.self)), .required("prescription", Prescription.schema),
        .optional("rest_after_s", .integer(0...3600)), .required("status", .choice(SessionSummary.Status.self)),
        .optional("stands_for", .id), .required("notes", .notes),
        .required("sets", .list(LoggedSet.schema, 0...SessionSets.mostSets)),
    ])
}

extension LoggedSet: SchemaDescribing {
    static let schema = SetRecord.schema.adding([
        .required("number", .integer(1...Int64(SessionSets.mostSets))), .required("clips", .list(.uuid)),
    ])
}

extension SessionSummary: SchemaDescribing {
    static let schema = Schema.object([
        .required("exercises", .count), .required("done", .count), .required("skipped", .count),
        .required("swapped", .count), .required("sets", .count), .required("reps", .count),
        .required("volume_kg", .amount), .required("time_s", .count), .optional("mean_rpe", .number(1...10)),
    ])
}

extension Schema {
    /// How many, in answers.
    static let count = Schema.integer(0...1_000_000_000)
    static let amount = Schema.number(0...1_000_000_000_000)
}
