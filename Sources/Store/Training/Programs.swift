package import Domain
package import Postgres

/// The table `program`.
package struct Programs: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// A program in a list, without its plan.
    package struct Heading: Sendable {
        package var id: Int64
        package var name: String
        package var version: Int64
        package var workouts: Int
        package var isArchived: Bool
    }

    package func add(name: String, plan: ProgramPlan, trainer: Int64) async throws(PostgresError) -> Program {
        let rows = try await database.query(
            """
            INSERT INTO program AS p (trainer_id, name, plan) VALUES (\(trainer), \(name), \(JSON(plan))::jsonb)
            RETURNING \(raw: Program.columns)
            """)
        return try Program(rows[0])
    }

    package func find(_ id: Int64) async throws(PostgresError) -> Program? {
        let rows = try await database.query("SELECT \(raw: Program.columns) FROM program p WHERE p.id = \(id)")
        return try rows.first.map { row throws(PostgresError) in try Program(row) }
    }

    /// The newest first, older than `before`.
    package func list(
        trainer: Int64, isArchived: Bool = false, before: Int64? = nil, limit: Int
    ) async throws(PostgresError) -> [Heading] {
        let rows = try await database.query(
            """
            SELECT p.id, p.name, p.version, jsonb_array_length(p.plan->'workouts') AS workouts,
              p.archived_at IS NOT NULL AS is_archived
            FROM program p
            WHERE p.trainer_id = \(trainer) AND (p.archived_at IS NOT NULL) = \(isArchived)
              AND p.id < \(before ?? Int64.max)
            ORDER BY p.id DESC LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in
            Heading(
                id: try row.get("id"), name: try row.get("name"), version: try row.get("version"),
                workouts: try row.get("workouts"), isArchived: try row.get("is_archived"))
        }
    }

    /// `version` nil: whatever it is now. Nil when it is no longer the version that was read. What is assigned stays as it was assigned.
    package func update(
        _ id: Int64, name: String, plan: ProgramPlan, version: Int64?
    ) async throws(PostgresError) -> Program? {
        let rows = try await database.query(
            """
            UPDATE program AS p SET name = \(name), plan = \(JSON(plan))::jsonb, version = version + 1
            WHERE p.id = \(id) AND p.version = COALESCE(\(version), p.version)
            RETURNING \(raw: Program.columns)
            """)
        return try rows.first.map { row throws(PostgresError) in try Program(row) }
    }

    package func setArchived(_ isArchived: Bool, _ id: Int64) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE program SET archived_at = CASE WHEN \(isArchived) THEN COALESCE(archived_at, now()) END,
              version = version + 1
            WHERE id = \(id) AND (archived_at IS NOT NULL) <> \(isArchived)
            """)
    }
}
