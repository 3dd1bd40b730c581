package import Domain
package import Foundation
package import Postgres

/// The table `session_set`, and the clips that show sets.
package struct SessionSets: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// Of one exercise in a session.
    package static let mostSets = 50

    /// Where a set stands.
    package struct Place: Sendable {
        package var session: Int64
        /// The exercise's id within the session.
        package var exercise: Int64
        /// From 1.
        package var number: Int

        package init(session: Int64, exercise: Int64, number: Int) {
            (self.session, self.exercise, self.number) = (session, exercise, number)
        }
    }

    /// Logs a set, or corrects it; false when the session is over or the exercise was swapped.
    package func log(_ set: SetRecord, at place: Place, by person: Int64) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            WITH t AS (
              UPDATE training_session SET version = version + 1 WHERE id = \(place.session) AND finished_at IS NULL
              RETURNING id),
            e AS (
              UPDATE session_exercise e SET status = 'done' FROM t
              WHERE e.id = \(place.exercise) AND e.session_id = t.id AND e.status <> 'swapped'
              RETURNING e.id)
            INSERT INTO session_set (session_exercise_id, number, reps, load_kg, time_s, rpe, notes, logged_by)
            SELECT e.id, \(place.number), \(set.reps), \(set.load), \(set.time), \(set.rpe), \(set.notes), \(person)
            FROM e
            ON CONFLICT (session_exercise_id, number) DO UPDATE SET reps = EXCLUDED.reps, load_kg = EXCLUDED.load_kg,
              time_s = EXCLUDED.time_s, rpe = EXCLUDED.rpe, notes = EXCLUDED.notes, logged_by = EXCLUDED.logged_by,
              logged_at = now()
            """) == 1
    }

    /// False when the session is over or there is no such set.
    package func remove(_ place: Place) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            DELETE FROM session_set s USING session_exercise e, training_session t
            WHERE s.session_exercise_id = e.id AND e.session_id = t.id AND t.finished_at IS NULL
              AND t.id = \(place.session) AND e.id = \(place.exercise) AND s.number = \(place.number)
            """) == 1
    }

    /// Says that a clip of the same client shows this set; false when there is no such set or clip.
    package func attach(_ clip: UUID, to place: Place) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE clip c SET session_set_id = s.id
            FROM session_set s JOIN session_exercise e ON e.id = s.session_exercise_id
            WHERE c.id = \(clip) AND c.client_id = e.client_id AND e.session_id = \(place.session)
              AND e.id = \(place.exercise) AND s.number = \(place.number)
            """) == 1
    }

    /// What was logged of the set that a clip shows; nil when it shows none.
    package func shown(by clip: UUID) async throws(PostgresError) -> SetRecord? {
        let rows = try await database.query(
            """
            SELECT s.reps, s.load_kg, s.time_s, s.rpe, s.notes FROM clip c JOIN session_set s ON s.id = c.session_set_id
            WHERE c.id = \(clip)
            """)
        return try rows.first.map { row throws(PostgresError) in try Self.record(row) }
    }

    /// All sets that a client did of an exercise, in order.
    package func history(client: Int64, exercise: Int64) async throws(PostgresError) -> [DatedSet] {
        let rows = try await database.query(
            """
            SELECT \(raw: Self.historyColumns) FROM \(raw: Self.historyTables)
            WHERE e.client_id = \(client) AND e.exercise_id = \(exercise)
            ORDER BY t.started_at, t.id, e.position, e.id, s.number
            """)
        return try rows.map(Self.datedSet)
    }

    /// The same for all exercises of a client, by exercise.
    package func history(
        client: Int64
    ) async throws(PostgresError) -> [(exercise: Int64, name: String, sets: [DatedSet])] {
        let rows = try await database.query(
            """
            SELECT \(raw: Self.historyColumns), e.exercise_id, e.name FROM \(raw: Self.historyTables)
            WHERE e.client_id = \(client)
            ORDER BY e.exercise_id, t.started_at, t.id, e.position, e.id, s.number
            """)
        var groups: [(exercise: Int64, name: String, sets: [DatedSet])] = []
        for row in rows {
            let exercise: Int64 = try row.get("exercise_id")
            if groups.last?.exercise != exercise { groups.append((exercise, "", [])) }
            groups[groups.count - 1].name = try row.get("name")
            groups[groups.count - 1].sets.append(try Self.datedSet(row))
        }
        return groups
    }

    private static let historyColumns: StaticString =
        "t.id AS session_id, t.started_at, s.reps, s.load_kg, s.time_s, s.rpe, s.notes"
    private static let historyTables: StaticString = """
        session_exercise e JOIN training_session t ON t.id = e.session_id
        JOIN session_set s ON s.session_exercise_id = e.id
        """

    private static func datedSet(_ row: Row) throws(PostgresError) -> DatedSet {
        DatedSet(
            session: try row.get("session_id"), at: try row.get("started_at"),
            set: try record(row))
    }

    private static func record(_ row: Row) throws(PostgresError) -> SetRecord {
        SetRecord(
            reps: try row.optional("reps"), load: try row.optional("load_kg"), time: try row.optional("time_s"),
            rpe: try row.optional("rpe"), notes: try row.get("notes"))
    }
}
