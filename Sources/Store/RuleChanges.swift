package import Foundation
package import Postgres

/// The table `rule_override`: a trainer's changes of rules for one client, and all that came before them.
package struct RuleChanges: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    package struct Version: Sendable {
        /// 0: nothing was ever changed.
        package var version: Int64
        /// JSON: exercise, rule, new values.
        package var exercises: String
        package var createdAt: Date?

        package static let none = Version(version: 0, exercises: "{}", createdAt: nil)

        private init(version: Int64, exercises: String, createdAt: Date?) {
            (self.version, self.exercises, self.createdAt) = (version, exercises, createdAt)
        }

        init(_ row: Row) throws(PostgresError) {
            version = try row.get("version")
            exercises = try row.get("exercises")
            createdAt = try row.get("created_at")
        }
    }

    /// The newest first, older than `before`.
    package func history(
        trainer: Int64, client: Int64, before: Int64? = nil, limit: Int
    ) async throws(PostgresError) -> [Version] {
        let rows = try await database.query(
            """
            SELECT version, exercises::text AS exercises, created_at FROM rule_override
            WHERE trainer_id = \(trainer) AND client_id = \(client) AND version < \(before ?? Int64(Int32.max))
            ORDER BY version DESC LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in try Version(row) }
    }

    /// What holds now.
    package func current(trainer: Int64, client: Int64) async throws(PostgresError) -> Version {
        try await history(trainer: trainer, client: client, limit: 1).first ?? .none
    }

    /// `expected` nil: whatever holds now. Nil when something else holds by now.
    package func set(
        _ exercises: String, trainer: Int64, client: Int64, expected: Int64?
    ) async throws(PostgresError) -> Version? {
        // Of two at once the second waits here, and then sees the first one's version.
        try await database.execute(
            "SELECT 1 FROM trainer_client WHERE trainer_id = \(trainer) AND client_id = \(client) AND until IS NULL FOR UPDATE"
        )
        let rows = try await database.query(
            """
            INSERT INTO rule_override (trainer_id, client_id, version, exercises)
            SELECT \(trainer), \(client), last.version + 1, \(exercises)::jsonb
            FROM (SELECT COALESCE(max(version), 0) AS version FROM rule_override
                  WHERE trainer_id = \(trainer) AND client_id = \(client)) last
            WHERE last.version = COALESCE(\(expected), last.version)
            RETURNING version, exercises::text AS exercises, created_at
            """)
        return try rows.first.map { row throws(PostgresError) in try Version(row) }
    }
}
