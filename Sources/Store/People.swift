import OpenSSL
package import Postgres

/// The tables `person` and `trainer_client`.
package struct People: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// A password's salt and hash.
    package struct Credential: Sendable {
        package var salt: [UInt8]
        package var hash: [UInt8]

        package init(salt: [UInt8], hash: [UInt8]) {
            (self.salt, self.hash) = (salt, hash)
        }
    }

    @discardableResult
    package func add(
        email: String, firstName: String, lastName: String, role: Person.Role, credential: Credential?
    ) async throws(PostgresError) -> Person {
        let rows = try await database.query(
            """
            INSERT INTO person AS p (email, first_name, last_name, role, password_salt, password_hash)
            VALUES (\(email.lowercased()), \(firstName), \(lastName), \(role.rawValue), \(credential?.salt)::bytea,
                    \(credential?.hash)::bytea)
            RETURNING \(raw: Person.columns)
            """)
        return try Person(rows[0])
    }

    package func find(email: String) async throws(PostgresError) -> Person? {
        let rows = try await database.query(
            "SELECT \(raw: Person.columns) FROM person p WHERE p.email = \(email.lowercased()) AND p.is_active")
        return try rows.first.map { row throws(PostgresError) in try Person(row) }
    }

    package func credential(email: String) async throws(PostgresError) -> (person: Person, credential: Credential)? {
        let rows = try await database.query(
            """
            SELECT \(raw: Person.columns), p.password_salt, p.password_hash FROM person p
            WHERE p.email = \(email.lowercased()) AND p.is_active AND p.password_hash IS NOT NULL
            """)
        guard let row = rows.first else { return nil }
        let credential = Credential(salt: try row.get("password_salt"), hash: try row.get("password_hash"))
        return (try Person(row), credential)
    }

    package func setCredential(_ credential: Credential, of person: Int64) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE person SET password_salt = \(credential.salt)::bytea, password_hash = \(credential.hash)::bytea
            WHERE id = \(person)
            """)
    }

    package func relate(trainer: Int64, client: Int64) async throws(PostgresError) {
        try await database.execute(
            """
            INSERT INTO trainer_client (trainer_id, client_id) VALUES (\(trainer), \(client))
            ON CONFLICT (trainer_id, client_id) WHERE until IS NULL DO NOTHING
            """)
    }

    /// Current clients, by name, after the row `(lastName, firstName, id)`.
    package func clients(
        of trainer: Int64, after: (lastName: String, firstName: String, id: Int64)? = nil, limit: Int = 1000
    ) async throws(PostgresError) -> [Person] {
        let rest: Query =
            if let after {
                "(p.last_name, p.first_name, p.id) > (\(after.lastName), \(after.firstName), \(after.id))"
            } else { "true" }
        let rows = try await database.query(
            """
            SELECT \(raw: Person.columns) FROM person p JOIN trainer_client r ON r.client_id = p.id
            WHERE r.trainer_id = \(trainer) AND r.until IS NULL AND p.is_active AND \(rest)
            ORDER BY p.last_name, p.first_name, p.id LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in try Person(row) }
    }

    /// Whether the address is anybody's, active or not.
    package func isTaken(email: String) async throws(PostgresError) -> Bool {
        try await !database.query("SELECT 1 FROM person WHERE email = \(email.lowercased())").isEmpty
    }

    package func isClient(_ client: Int64, of trainer: Int64) async throws(PostgresError) -> Bool {
        try await !database.query(
            """
            SELECT 1 FROM trainer_client r JOIN person p ON p.id = r.client_id
            WHERE r.trainer_id = \(trainer) AND r.client_id = \(client) AND r.until IS NULL AND p.is_active
            """
        ).isEmpty
    }
}

extension Array {
    /// `map` with a typed error.
    func map<R>(_ transform: (Element) throws(PostgresError) -> R) throws(PostgresError) -> [R] {
        var result: [R] = []
        for element in self { result.append(try transform(element)) }
        return result
    }
}

extension Optional {
    /// `map` with a typed error.
    func map<R>(_ transform: (Wrapped) throws(PostgresError) -> R) throws(PostgresError) -> R? {
        guard let self else { return nil }
        return try transform(self)
    }
}
