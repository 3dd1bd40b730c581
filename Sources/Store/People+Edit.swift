package import Postgres

/// What changes a person.
extension People {
    package func find(_ id: Int64) async throws(PostgresError) -> Person? {
        let rows = try await database.query(
            "SELECT \(raw: Person.columns) FROM person p WHERE p.id = \(id) AND p.erased_at IS NULL")
        return try rows.first.map { row throws(PostgresError) in try Person(row) }
    }

    /// By name, after the row `(lastName, firstName, id)`; whose name or address begins with `prefix`.
    package func list(
        role: Person.Role?, prefix: String?, after: (lastName: String, firstName: String, id: Int64)?, limit: Int
    ) async throws(PostgresError) -> [Person] {
        let byRole: Query = if let role { "p.role = \(role.rawValue)" } else { "true" }
        let byPrefix: Query =
            if let prefix {
                """
                (lower(p.last_name) LIKE lower(\(prefix.prefixPattern))
                  OR lower(p.first_name) LIKE lower(\(prefix.prefixPattern))
                  OR p.email LIKE lower(\(prefix.prefixPattern)))
                """
            } else { "true" }
        let rest: Query =
            if let after {
                "(p.last_name, p.first_name, p.id) > (\(after.lastName), \(after.firstName), \(after.id))"
            } else { "true" }
        let rows = try await database.query(
            """
            SELECT \(raw: Person.columns) FROM person p
            WHERE p.erased_at IS NULL AND \(byRole) AND \(byPrefix) AND \(rest)
            ORDER BY p.last_name, p.first_name, p.id LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in try Person(row) }
    }

    /// What a person edits of themselves; nil: as it was.
    package struct ProfileChange: Sendable {
        package var firstName: String?
        package var lastName: String?
        package var instagram: String?
        package var timeZone: String?

        package init(firstName: String?, lastName: String?, instagram: String?, timeZone: String?) {
            self.firstName = firstName
            self.lastName = lastName
            self.instagram = instagram
            self.timeZone = timeZone
        }
    }

    /// Nil: the row has another version by now. `version` nil takes any.
    package func edit(
        _ id: Int64, _ change: ProfileChange, version: Int64?
    ) async throws(PostgresError) -> Person? {
        let rows = try await database.query(
            """
            UPDATE person p SET
              first_name = COALESCE(\(change.firstName), p.first_name),
              last_name = COALESCE(\(change.lastName), p.last_name),
              instagram = COALESCE(\(change.instagram), p.instagram),
              time_zone = COALESCE(\(change.timeZone), p.time_zone), version = p.version + 1
            WHERE p.id = \(id) AND p.version = COALESCE(\(version)::bigint, p.version)
            RETURNING \(raw: Person.columns)
            """)
        return try rows.first.map { row throws(PostgresError) in try Person(row) }
    }

    /// Nil: the row has another version by now.
    package func setRights(
        _ id: Int64, role: Person.Role?, isActive: Bool?, version: Int64?
    ) async throws(PostgresError) -> Person? {
        let rows = try await database.query(
            """
            UPDATE person p SET
              role = COALESCE(\(role?.rawValue), p.role), is_active = COALESCE(\(isActive)::bool, p.is_active),
              version = p.version + 1
            WHERE p.id = \(id) AND p.erased_at IS NULL AND p.version = COALESCE(\(version)::bigint, p.version)
            RETURNING \(raw: Person.columns)
            """)
        return try rows.first.map { row throws(PostgresError) in try Person(row) }
    }

    /// Whether an admin other than this one can still sign in.
    package func hasOtherAdmin(than id: Int64) async throws(PostgresError) -> Bool {
        try await !database.query("SELECT 1 FROM person WHERE role = 'admin' AND is_active AND id <> \(id) LIMIT 1")
            .isEmpty
    }
}
