package import Domain
package import Foundation
import Postgres

/// One client's training, while it is under way and afterwards.
package struct TrainingSession: Sendable {
    package var id: Int64
    package var clientID: Int64
    /// Who led it; nil when the client trained alone.
    package var trainerID: Int64?
    package var dueWorkoutID: Int64?
    package var bookingID: Int64?
    /// The same for all who trained together.
    package var groupID: UUID?
    package var name: String
    package var notes: String
    package var version: Int64
    package var startedAt: Date
    package var finishedAt: Date?

    static let columns: StaticString = """
        t.id, t.client_id, t.trainer_id, t.due_workout_id, t.booking_id, t.group_id, t.name, t.notes, t.version,
        t.started_at, t.finished_at
        """

    init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        clientID = try row.get("client_id")
        trainerID = try row.optional("trainer_id")
        dueWorkoutID = try row.optional("due_workout_id")
        bookingID = try row.optional("booking_id")
        groupID = try row.optional("group_id")
        name = try row.get("name")
        notes = try row.get("notes")
        version = try row.get("version")
        startedAt = try row.get("started_at")
        finishedAt = try row.optional("finished_at")
    }
}

/// An exercise of a session, with its sets.
package struct SessionExercise: Codable, Equatable, Sendable {
    package var id: Int64
    /// Its id in the library.
    package var exercise: Int64
    package var name: String
    package var phase: Workout.Phase
    /// Exercises of one superset have the same number.
    package var activity: Int
    package var superset: Activity.Superset?
    package var prescription: Prescription
    package var restAfter: Int?
    package var status: SessionSummary.Status
    /// The exercise of this session that it took the place of.
    package var standsFor: Int64?
    package var notes: String
    package var sets: [LoggedSet]

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case id, exercise, name, phase, activity, superset, prescription
        case restAfter = "rest_after_s"
        case status
        case standsFor = "stands_for"
        case notes, sets
    }

    /// A session's exercises as a JSON array, for `t` a `training_session`.
    static let aggregate: StaticString = """
        (SELECT COALESCE(jsonb_agg(jsonb_build_object(
            'id', e.id, 'exercise', e.exercise_id, 'name', e.name, 'phase', e.phase, 'activity', e.activity,
            'superset', e.superset, 'prescription', e.prescription, 'rest_after_s', e.rest_after_s, 'status', e.status,
            'stands_for', e.stands_for, 'notes', e.notes, 'sets', (
              SELECT COALESCE(jsonb_agg(jsonb_build_object(
                  'number', s.number, 'reps', s.reps, 'load_kg', s.load_kg, 'time_s', s.time_s, 'rpe', s.rpe,
                  'notes', s.notes, 'clips', (
                    SELECT COALESCE(jsonb_agg(c.id ORDER BY c.created_at, c.id), '[]') FROM clip c
                    WHERE c.session_set_id = s.id AND c.deleted_at IS NULL))
                ORDER BY s.number), '[]')
              FROM session_set s WHERE s.session_exercise_id = e.id))
          ORDER BY e.position, e.id), '[]')
        FROM session_exercise e WHERE e.session_id = t.id)::text AS exercises
        """
}

/// A set as it was logged.
package struct LoggedSet: Codable, Equatable, Sendable {
    /// From 1.
    package var number: Int
    package var record: SetRecord
    /// The clips that show it.
    package var clips: [UUID]

    package enum CodingKeys: String, CodingKey, CaseIterable { case number, clips }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        number = try container.decode(Int.self, forKey: .number)
        clips = try container.decode([UUID].self, forKey: .clips)
        record = try SetRecord(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(clips.map { $0.uuidString.lowercased() }, forKey: .clips)
    }
}
