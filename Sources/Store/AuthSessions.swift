import OpenSSL
package import Postgres

/// The tables `auth_session` and `sign_in_failure`.
package struct AuthSessions: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// Twelve hours, then one signs in again.
    package static let lifetimeSeconds = 12 * 3600

    /// A new session's secret: 256 random bits in hexadecimal, told once, kept as a hash.
    package func create(for person: Int64) async throws(PostgresError) -> String {
        let secret = hex(RandomBytes.generate(32))
        try await database.execute(
            """
            INSERT INTO auth_session (secret_hash, person_id, expires_at)
            VALUES (\(Self.hash(secret))::bytea, \(person), now() + make_interval(secs => \(Self.lifetimeSeconds)))
            """)
        return secret
    }

    /// Whose session it is; nil when it expired, was revoked, or never was.
    package func person(secret: String) async throws(PostgresError) -> Person? {
        let rows = try await database.query(
            """
            SELECT \(raw: Person.columns) FROM auth_session s JOIN person p ON p.id = s.person_id
            WHERE s.secret_hash = \(Self.hash(secret))::bytea AND s.expires_at > now() AND s.revoked_at IS NULL
              AND p.is_active
            """)
        return try rows.first.map { row throws(PostgresError) in try Person(row) }
    }

    package func revoke(secret: String) async throws(PostgresError) {
        try await database.execute(
            "UPDATE auth_session SET revoked_at = now() WHERE secret_hash = \(Self.hash(secret))::bytea")
    }

    /// Tries that failed within the last five minutes.
    package func recentFailures(account: String, address: String) async throws(PostgresError) -> Int {
        try await database.query(
            """
            SELECT count(*) AS n FROM sign_in_failure
            WHERE account = \(account) AND address = \(address) AND at > now() - interval '5 minutes'
            """)[0].get("n")
    }

    package func recordFailure(account: String, address: String) async throws(PostgresError) {
        try await database.execute(
            "INSERT INTO sign_in_failure (account, address) VALUES (\(account), \(address))")
    }

    private static func hash(_ secret: String) -> [UInt8] { SHA256.digest(of: Array(secret.utf8)).bytes }
}
