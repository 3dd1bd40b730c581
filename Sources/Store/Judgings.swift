package import Domain
package import Foundation
package import Postgres

/// What clips are judged by, from the tables that know.
package struct Judgings: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// The exercise that the trainer named, else that of the set which the clip shows, else none; the prescription of
    /// that set; the trainer's changes of rules for the client.
    package func of(_ clip: UUID) async throws -> Judging {
        let rows = try await database.query(
            """
            SELECT c.exercise, c.exercise_id, own.posture AS own_posture, e.exercise_id AS set_exercise_id,
              planned.posture AS set_posture, e.prescription::text AS prescription, o.version,
              o.exercises::text AS exercises
            FROM clip c
            LEFT JOIN exercise own ON own.id = c.exercise_id
            LEFT JOIN session_set s ON s.id = c.session_set_id
            LEFT JOIN session_exercise e ON e.id = s.session_exercise_id
            LEFT JOIN exercise planned ON planned.id = e.exercise_id
            LEFT JOIN LATERAL (
              SELECT r.version, r.exercises FROM rule_override r
              WHERE r.trainer_id = c.owner_id AND r.client_id = c.client_id ORDER BY r.version DESC LIMIT 1) o ON true
            WHERE c.id = \(clip)
            """)
        guard let row = rows.first else { return Judging() }
        let prescription = try row.optional("prescription", as: JSON<Prescription>.self)?.value
        return Judging(
            exercise: try exercise(row), prescription: prescription?.setTarget, overrides: try overrides(row))
    }

    /// An exercise of the library without a rule set is tracked, not judged; nothing is guessed in its place.
    private func exercise(_ row: Row) throws(PostgresError) -> ExerciseID? {
        if let named = try row.optional("exercise", as: ExerciseID.self) { return named }
        for (id, posture) in [("exercise_id", "own_posture"), ("set_exercise_id", "set_posture")] {
            guard try row.optional(id, as: Int64.self) != nil else { continue }
            return try row.optional(posture, as: ExerciseID.self) ?? .generic
        }
        return nil
    }

    private func overrides(_ row: Row) throws(PostgresError) -> Judging.Overrides? {
        guard let version = try row.optional("version", as: Int64.self) else { return nil }
        return Judging.Overrides(version: version, exercises: try row.get("exercises"))
    }
}
