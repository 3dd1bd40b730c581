package import Postgres

/// The table `idempotency_key`: answers of creations, kept for a day.
package struct IdempotencyKeys: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    package struct Answer: Sendable {
        package var requestHash: [UInt8]
        package var status: Int
        package var tag: String?
        package var location: String?
        package var body: String

        package init(requestHash: [UInt8], status: Int, tag: String?, location: String?, body: String) {
            self.requestHash = requestHash
            self.status = status
            self.tag = tag
            self.location = location
            self.body = body
        }
    }

    /// Takes the key for this transaction, or gives the answer that was kept under it. A transaction that has taken
    /// the key and is still open is waited for.
    package func claim(_ key: String, person: Int64, requestHash: [UInt8]) async throws(PostgresError) -> Answer? {
        try await database.execute(
            "DELETE FROM idempotency_key WHERE person_id = \(person) AND created_at < now() - interval '24 hours'")
        let claimed = try await database.execute(
            """
            INSERT INTO idempotency_key (person_id, key, request_hash) VALUES (\(person), \(key), \(requestHash)::bytea)
            ON CONFLICT (person_id, key) DO NOTHING
            """)
        if claimed == 1 { return nil }
        let rows = try await database.query(
            """
            SELECT request_hash, status, tag, location, body FROM idempotency_key
            WHERE person_id = \(person) AND key = \(key)
            """)
        return try rows.first.map { row throws(PostgresError) in
            Answer(
                requestHash: try row.get("request_hash"), status: try row.get("status"), tag: try row.optional("tag"),
                location: try row.optional("location"), body: try row.get("body"))
        }
    }

    package func keep(_ answer: Answer, key: String, person: Int64) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE idempotency_key
            SET status = \(answer.status), tag = \(answer.tag), location = \(answer.location), body = \(answer.body)
            WHERE person_id = \(person) AND key = \(key)
            """)
    }
}
