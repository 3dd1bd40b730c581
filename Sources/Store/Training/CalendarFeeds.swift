import OpenSSL
package import Postgres

/// The table `calendar_feed`: the secret address of a person's calendar.
package struct CalendarFeeds: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// A new secret of 256 random bits, told once; the one before it is void.
    package func renew(for person: Int64) async throws(PostgresError) -> String {
        let secret = hex(RandomBytes.generate(32))
        try await database.execute(
            """
            INSERT INTO calendar_feed (person_id, secret_hash) VALUES (\(person), \(Self.hash(secret))::bytea)
            ON CONFLICT (person_id) DO UPDATE SET secret_hash = EXCLUDED.secret_hash, created_at = now()
            """)
        return secret
    }

    package func revoke(for person: Int64) async throws(PostgresError) {
        try await database.execute("DELETE FROM calendar_feed WHERE person_id = \(person)")
    }

    /// Whose calendar it is; nil when it was revoked, or never was.
    package func person(secret: String) async throws(PostgresError) -> Person? {
        let rows = try await database.query(
            """
            SELECT \(raw: Person.columns) FROM calendar_feed f JOIN person p ON p.id = f.person_id
            WHERE f.secret_hash = \(Self.hash(secret))::bytea AND p.is_active
            """)
        return try rows.first.map { row throws(PostgresError) in try Person(row) }
    }

    private static func hash(_ secret: String) -> [UInt8] { SHA256.digest(of: Array(secret.utf8)).bytes }
}
