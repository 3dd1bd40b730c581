package import Domain
package import Postgres

/// The table `workout`.
package struct Workouts: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    package func add(_ workout: Workout, trainer: Int64) async throws(PostgresError) -> StoredWorkout {
        let rows = try await database.query(
            """
            INSERT INTO workout AS w (trainer_id, content) VALUES (\(trainer), \(JSON(workout))::jsonb)
            RETURNING \(raw: StoredWorkout.columns)
            """)
        return try StoredWorkout(rows[0])
    }

    package func find(_ id: Int64) async throws(PostgresError) -> StoredWorkout? {
        let rows = try await database.query("SELECT \(raw: StoredWorkout.columns) FROM workout w WHERE w.id = \(id)")
        return try rows.first.map { row throws(PostgresError) in try StoredWorkout(row) }
    }

    /// The newest first, older than `before`.
    package func list(
        trainer: Int64, isArchived: Bool = false, before: Int64? = nil, limit: Int
    ) async throws(PostgresError) -> [StoredWorkout] {
        let rows = try await database.query(
            """
            SELECT \(raw: StoredWorkout.columns) FROM workout w
            WHERE w.trainer_id = \(trainer) AND (w.archived_at IS NOT NULL) = \(isArchived)
              AND w.id < \(before ?? Int64.max)
            ORDER BY w.id DESC LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in try StoredWorkout(row) }
    }

    /// `version` nil: whatever it is now. Nil when it is no longer the version that was read.
    package func update(_ id: Int64, to workout: Workout, version: Int64?) async throws(PostgresError) -> StoredWorkout?
    {
        let rows = try await database.query(
            """
            UPDATE workout AS w SET content = \(JSON(workout))::jsonb, version = version + 1
            WHERE w.id = \(id) AND w.version = COALESCE(\(version), w.version)
            RETURNING \(raw: StoredWorkout.columns)
            """)
        return try rows.first.map { row throws(PostgresError) in try StoredWorkout(row) }
    }

    package func setArchived(_ isArchived: Bool, _ id: Int64) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE workout SET archived_at = CASE WHEN \(isArchived) THEN COALESCE(archived_at, now()) END,
              version = version + 1
            WHERE id = \(id) AND (archived_at IS NOT NULL) <> \(isArchived)
            """)
    }
}
