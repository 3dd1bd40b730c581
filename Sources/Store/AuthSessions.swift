package import Foundation
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

    /// A session as its owner sees it.
    package struct Session: Sendable {
        package var id: UUID
        package var createdAt: Date
        package var expiresAt: Date
        package var userAgent: String
        package var address: String

        init(_ row: Row) throws(PostgresError) {
            id = try row.get("id")
            createdAt = try row.get("created_at")
            expiresAt = try row.get("expires_at")
            userAgent = try row.get("user_agent")
            address = try row.get("address")
        }
    }

    /// A new session's secret: 256 random bits in hexadecimal, told once, kept as a hash.
    package func create(
        for person: Int64, userAgent: String = "", address: String = ""
    ) async throws(PostgresError) -> String {
        let secret = hex(RandomBytes.generate(32))
        try await database.execute(
            """
            INSERT INTO auth_session (secret_hash, person_id, expires_at, user_agent, address)
            VALUES (\(Self.hash(secret))::bytea, \(person), now() + make_interval(secs => \(Self.lifetimeSeconds)),
                    \(String(userAgent.prefix(200))), \(address))
            """)
        return secret
    }

    /// Whose session it is; nil when it expired, was revoked, or never was.
    package func person(secret: String) async throws(PostgresError) -> (person: Person, session: UUID)? {
        let rows = try await database.query(
            """
            SELECT \(raw: Person.columns), s.id AS session_id FROM auth_session s JOIN person p ON p.id = s.person_id
            WHERE s.secret_hash = \(Self.hash(secret))::bytea AND s.expires_at > now() AND s.revoked_at IS NULL
              AND p.is_active
            """)
        guard let row = rows.first else { return nil }
        return (try Person(row), try row.get("session_id"))
    }

    /// Those that are open, the newest first.
    package func list(of person: Int64) async throws(PostgresError) -> [Session] {
        let rows = try await database.query(
            """
            SELECT id, created_at, expires_at, user_agent, address FROM auth_session
            WHERE person_id = \(person) AND expires_at > now() AND revoked_at IS NULL
            ORDER BY created_at DESC, id LIMIT 200
            """)
        return try rows.map { row throws(PostgresError) in try Session(row) }
    }

    package func revoke(secret: String) async throws(PostgresError) {
        try await database.execute(
            "UPDATE auth_session SET revoked_at = now() WHERE secret_hash = \(Self.hash(secret))::bytea")
    }

    /// False: the person has no such open session.
    package func revoke(_ id: UUID, of person: Int64) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE auth_session SET revoked_at = now()
            WHERE id = \(id) AND person_id = \(person) AND revoked_at IS NULL AND expires_at > now()
            """) == 1
    }

    /// All of a person's sessions, except the one that is kept.
    package func revokeAll(of person: Int64, except kept: UUID? = nil) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE auth_session SET revoked_at = now()
            WHERE person_id = \(person) AND revoked_at IS NULL AND id IS DISTINCT FROM \(kept)::uuid
            """)
    }

    /// Counts a try as failed before it is known to be, so that tries at the same time are counted too. False: there
    /// were `limit` within five minutes, whichever server they asked. For a transaction of its own: tries for one account
    /// from one address queue at a lock.
    package func reserveTry(account: String, address: String, limit: Int) async throws(PostgresError) -> Bool {
        // A try that a crash of the database forgets is no loss; waiting for the disk would hold a connection.
        try await database.execute(
            """
            SELECT set_config('synchronous_commit', 'off', true),
                   pg_advisory_xact_lock(hashtextextended(\(account + " " + address), 0))
            """)
        try await database.execute("DELETE FROM sign_in_failure WHERE at < now() - interval '1 day'")
        return try await database.execute(
            """
            INSERT INTO sign_in_failure (account, address)
            SELECT \(account), \(address) WHERE (
              SELECT count(*) FROM sign_in_failure
              WHERE account = \(account) AND address = \(address) AND at > now() - interval '5 minutes') < \(limit)
            """) == 1
    }

    /// After a success the count begins anew.
    package func forgetTries(account: String, address: String) async throws(PostgresError) {
        try await database.execute(
            "DELETE FROM sign_in_failure WHERE account = \(account) AND address = \(address)")
    }

    private static func hash(_ secret: String) -> [UInt8] { SHA256.digest(of: Array(secret.utf8)).bytes }
}
