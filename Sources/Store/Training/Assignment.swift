package import Domain
package import Foundation
import Postgres

/// A program as it was when a client got it.
package struct Assignment: Sendable {
    package var id: Int64
    package var programID: Int64
    /// The program's version that is pinned.
    package var programVersion: Int64
    package var clientID: Int64
    package var trainerID: Int64?
    package var name: String
    package var startsOn: LocalDate
    /// From this day on nothing of it is due.
    package var endedOn: LocalDate?
    package var createdAt: Date

    static let columns: StaticString = """
        a.id, a.program_id, a.program_version, a.client_id, a.trainer_id, a.name, a.starts_on, a.ended_on, a.created_at
        """

    init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        programID = try row.get("program_id")
        programVersion = try row.get("program_version")
        clientID = try row.get("client_id")
        trainerID = try row.optional("trainer_id")
        name = try row.get("name")
        startsOn = try row.get("starts_on")
        endedOn = try row.optional("ended_on")
        createdAt = try row.get("created_at")
    }
}

/// A workout that a client is to do on a day.
package struct DueWorkout: Sendable {
    package var id: Int64
    package var assignmentID: Int64
    package var clientID: Int64
    package var dueOn: LocalDate
    package var week: Int
    package var day: Int
    package var workout: Workout
    /// The newest session of it, and whether that was finished.
    package var sessionID: Int64?
    package var isFinished: Bool

    static let columns: StaticString = """
        d.id, d.assignment_id, d.client_id, d.due_on, d.week, d.day, d.content::text AS content,
        s.id AS session_id, s.finished_at IS NOT NULL AS is_finished
        """
    static let tables: StaticString = """
        due_workout d JOIN program_assignment a ON a.id = d.assignment_id
        LEFT JOIN LATERAL (
          SELECT t.id, t.finished_at FROM training_session t WHERE t.due_workout_id = d.id
          ORDER BY t.id DESC LIMIT 1) s ON true
        """

    init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        assignmentID = try row.get("assignment_id")
        clientID = try row.get("client_id")
        dueOn = try row.get("due_on")
        week = try row.get("week")
        day = try row.get("day")
        workout = try row.get("content", as: JSON<Workout>.self).value
        sessionID = try row.optional("session_id")
        isFinished = try row.get("is_finished")
    }
}
