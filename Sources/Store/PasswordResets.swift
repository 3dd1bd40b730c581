import OpenSSL
package import Postgres

/// The table `password_reset`.
package struct PasswordResets: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    package func add(person: Int64) async throws(PostgresError) -> Int64 {
        try await database.query("INSERT INTO password_reset (person_id) VALUES (\(person)) RETURNING id")[0].get("id")
    }

    /// A new secret for the link; nil: it is used or too old.
    package func renewSecret(_ id: Int64) async throws(PostgresError) -> String? {
        let secret = hex(RandomBytes.generate(32))
        let count = try await database.execute(
            """
            UPDATE password_reset SET secret_hash = \(SHA256.digest(of: Array(secret.utf8)).bytes)::bytea
            WHERE id = \(id) AND used_at IS NULL AND expires_at > now()
            """)
        return count == 1 ? secret : nil
    }

    package func isOpen(secret: String) async throws(PostgresError) -> Bool {
        try await !database.query(
            """
            SELECT 1 FROM password_reset
            WHERE secret_hash = \(SHA256.digest(of: Array(secret.utf8)).bytes)::bytea AND used_at IS NULL
              AND expires_at > now()
            """
        ).isEmpty
    }

    /// Whose password the link may set, once; all other links of that person are void with it.
    package func use(secret: String) async throws(PostgresError) -> Int64? {
        let rows = try await database.query(
            """
            UPDATE password_reset r SET used_at = now() FROM person p
            WHERE r.secret_hash = \(SHA256.digest(of: Array(secret.utf8)).bytes)::bytea AND r.used_at IS NULL
              AND r.expires_at > now() AND p.id = r.person_id AND p.is_active
            RETURNING r.person_id
            """)
        guard let person: Int64 = try rows.first?.get("person_id") else { return nil }
        try await database.execute(
            "UPDATE password_reset SET used_at = now() WHERE person_id = \(person) AND used_at IS NULL")
        return person
    }
}
