package import Foundation
import OpenSSL
package import Postgres

/// The table `api_token`.
package struct APITokens: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// Tells tokens from sessions, and a leaked one from other words.
    package static let prefix = "pthub_"

    /// A token as its owner sees it, without its secret.
    package struct Token: Sendable {
        package var id: UUID
        package var name: String
        package var scopes: [Scope]
        package var createdAt: Date
        package var expiresAt: Date?

        init(_ row: Row) throws(PostgresError) {
            id = try row.get("id")
            name = try row.get("name")
            scopes = try row.get("scopes", as: [String].self).compactMap { Scope(rawValue: $0) }
            createdAt = try row.get("created_at")
            expiresAt = try row.optional("expires_at")
        }
    }

    /// A new token and its secret, which is told this once.
    package func create(
        for person: Int64, name: String, scopes: [Scope], days: Int?
    ) async throws(PostgresError) -> (token: Token, secret: String) {
        let secret = Self.prefix + hex(RandomBytes.generate(32))
        let rows = try await database.query(
            """
            INSERT INTO api_token (person_id, name, secret_hash, scopes, expires_at)
            VALUES (\(person), \(name), \(Self.hash(secret))::bytea, \(scopes.map(\.rawValue))::text[],
                    now() + make_interval(days => \(days)::int))
            RETURNING id, name, scopes, created_at, expires_at
            """)
        return (try Token(rows[0]), secret)
    }

    /// Whose token it is; nil when it expired, was revoked, or never was.
    package func person(
        secret: String
    ) async throws(PostgresError) -> (person: Person, token: UUID, scopes: Set<Scope>)? {
        let rows = try await database.query(
            """
            SELECT \(raw: Person.columns), t.id AS token_id, t.scopes
            FROM api_token t JOIN person p ON p.id = t.person_id
            WHERE t.secret_hash = \(Self.hash(secret))::bytea AND t.revoked_at IS NULL
              AND (t.expires_at IS NULL OR t.expires_at > now()) AND p.is_active
            """)
        guard let row = rows.first else { return nil }
        let scopes = try row.get("scopes", as: [String].self).compactMap { Scope(rawValue: $0) }
        return (try Person(row), try row.get("token_id"), Set(scopes))
    }

    /// Those that can be used, the newest first.
    package func list(of person: Int64) async throws(PostgresError) -> [Token] {
        let rows = try await database.query(
            """
            SELECT id, name, scopes, created_at, expires_at FROM api_token
            WHERE person_id = \(person) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            ORDER BY created_at DESC, id LIMIT 200
            """)
        return try rows.map { row throws(PostgresError) in try Token(row) }
    }

    /// False: the person has no such token.
    package func revoke(_ id: UUID, of person: Int64) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE api_token SET revoked_at = now()
            WHERE id = \(id) AND person_id = \(person) AND revoked_at IS NULL
            """) == 1
    }

    package func revokeAll(of person: Int64) async throws(PostgresError) {
        try await database.execute(
            "UPDATE api_token SET revoked_at = now() WHERE person_id = \(person) AND revoked_at IS NULL")
    }

    private static func hash(_ secret: String) -> [UInt8] { SHA256.digest(of: Array(secret.utf8)).bytes }
}
