import OpenSSL
package import Postgres

/// The tables `external_identity` and `external_sign_in`.
package struct ExternalIdentities: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// A sign-in on its way to the provider.
    package struct Attempt: Sendable {
        /// Comes back in the URL.
        package var state: String
        /// Stays in the browser's cookie, so that nobody else's browser can end this sign-in.
        package var browser: String
        /// Comes back inside the signed token.
        package var nonce: String
        /// Of PKCE; told to nobody but the provider's token endpoint.
        package var verifier: String

        package init(state: String, browser: String, nonce: String, verifier: String) {
            self.state = state
            self.browser = browser
            self.nonce = nonce
            self.verifier = verifier
        }
    }

    package func begin(_ attempt: Attempt) async throws(PostgresError) {
        try await database.execute("DELETE FROM external_sign_in WHERE expires_at < now()")
        try await database.execute(
            """
            INSERT INTO external_sign_in (state_hash, browser_hash, nonce, verifier)
            VALUES (\(Self.hash(attempt.state))::bytea, \(Self.hash(attempt.browser))::bytea, \(attempt.nonce),
                    \(attempt.verifier))
            """)
    }

    /// Takes the attempt out; nil: there is none such, it is too old, or it began in another browser.
    package func take(state: String, browser: String) async throws(PostgresError) -> (nonce: String, verifier: String)?
    {
        let rows = try await database.query(
            """
            DELETE FROM external_sign_in
            WHERE state_hash = \(Self.hash(state))::bytea AND browser_hash = \(Self.hash(browser))::bytea
            RETURNING nonce, verifier, expires_at > now() AS is_fresh
            """)
        guard let row = rows.first, try row.get("is_fresh", as: Bool.self) else { return nil }
        return (try row.get("nonce"), try row.get("verifier"))
    }

    /// Whose identity it is, if they may sign in.
    package func person(issuer: String, subject: String) async throws(PostgresError) -> Person? {
        let rows = try await database.query(
            """
            SELECT \(raw: Person.columns) FROM external_identity e JOIN person p ON p.id = e.person_id
            WHERE e.issuer = \(issuer) AND e.subject = \(subject) AND p.is_active
            """)
        return try rows.first.map { row throws(PostgresError) in try Person(row) }
    }

    /// Whether somebody, active or not, has this identity.
    package func isKnown(issuer: String, subject: String) async throws(PostgresError) -> Bool {
        try await !database.query(
            "SELECT 1 FROM external_identity WHERE issuer = \(issuer) AND subject = \(subject)"
        ).isEmpty
    }

    package func link(issuer: String, subject: String, to person: Int64) async throws(PostgresError) {
        try await database.execute(
            """
            INSERT INTO external_identity (issuer, subject, person_id) VALUES (\(issuer), \(subject), \(person))
            """)
    }

    private static func hash(_ secret: String) -> [UInt8] { SHA256.digest(of: Array(secret.utf8)).bytes }
}
