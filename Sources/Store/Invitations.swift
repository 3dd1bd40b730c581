package import Foundation
import OpenSSL
package import Postgres

/// The table `invitation`.
package struct Invitations: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    package struct Invitation: Sendable {
        package var id: Int64
        package var email: String
        package var role: Person.Role
        package var firstName: String
        package var lastName: String
        package var invitedBy: Int64
        package var createdAt: Date
        package var expiresAt: Date

        static let columns: StaticString =
            "i.id, i.email, i.role, i.first_name, i.last_name, i.invited_by, i.created_at, i.expires_at"

        init(_ row: Row) throws(PostgresError) {
            id = try row.get("id")
            email = try row.get("email")
            role = Person.Role(rawValue: try row.get("role")) ?? .client
            firstName = try row.get("first_name")
            lastName = try row.get("last_name")
            invitedBy = try row.get("invited_by")
            createdAt = try row.get("created_at")
            expiresAt = try row.get("expires_at")
        }
    }

    /// Neither used, nor taken back, nor too old, by one who may still invite.
    private static let isOpen: Query = """
        i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
        AND EXISTS (SELECT 1 FROM person b WHERE b.id = i.invited_by AND b.is_active)
        """

    package func add(
        email: String, role: Person.Role, firstName: String, lastName: String, by inviter: Int64
    ) async throws(PostgresError) -> Invitation {
        let rows = try await database.query(
            """
            INSERT INTO invitation AS i (email, role, first_name, last_name, invited_by)
            VALUES (\(email.lowercased()), \(role.rawValue), \(firstName), \(lastName), \(inviter))
            RETURNING \(raw: Invitation.columns)
            """)
        return try Invitation(rows[0])
    }

    /// A new secret for the link; one that was sent before is void. Nil: the invitation is not open any more.
    package func renewSecret(_ id: Int64) async throws(PostgresError) -> (invitation: Invitation, secret: String)? {
        let secret = hex(RandomBytes.generate(32))
        let rows = try await database.query(
            """
            UPDATE invitation i SET secret_hash = \(SHA256.digest(of: Array(secret.utf8)).bytes)::bytea
            WHERE i.id = \(id) AND \(Self.isOpen) RETURNING \(raw: Invitation.columns)
            """)
        return try rows.first.map { row throws(PostgresError) in (try Invitation(row), secret) }
    }

    /// The open invitation that a link names, locked until the transaction ends.
    package func find(secret: String) async throws(PostgresError) -> Invitation? {
        let rows = try await database.query(
            """
            SELECT \(raw: Invitation.columns) FROM invitation i
            WHERE i.secret_hash = \(SHA256.digest(of: Array(secret.utf8)).bytes)::bytea AND \(Self.isOpen) FOR UPDATE
            """)
        return try rows.first.map { row throws(PostgresError) in try Invitation(row) }
    }

    /// The newest open invitation of an address, locked until the transaction ends.
    package func find(email: String) async throws(PostgresError) -> Invitation? {
        let rows = try await database.query(
            """
            SELECT \(raw: Invitation.columns) FROM invitation i
            WHERE i.email = \(email.lowercased()) AND \(Self.isOpen) ORDER BY i.id DESC LIMIT 1 FOR UPDATE
            """)
        return try rows.first.map { row throws(PostgresError) in try Invitation(row) }
    }

    package func markAccepted(_ id: Int64) async throws(PostgresError) {
        try await database.execute("UPDATE invitation SET accepted_at = now() WHERE id = \(id)")
    }

    /// Open ones, the newest first, before `before`; nil: of everybody.
    package func list(by inviter: Int64?, before: Int64?, limit: Int) async throws(PostgresError) -> [Invitation] {
        let condition: Query = if let inviter { "i.invited_by = \(inviter)" } else { "true" }
        let rows = try await database.query(
            """
            SELECT \(raw: Invitation.columns) FROM invitation i
            WHERE \(Self.isOpen) AND \(condition) AND i.id < \(before ?? Int64.max) ORDER BY i.id DESC LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in try Invitation(row) }
    }

    /// False: there is no such open one; `inviter` nil: whoever invited.
    package func revoke(_ id: Int64, by inviter: Int64?) async throws(PostgresError) -> Bool {
        let condition: Query = if let inviter { "i.invited_by = \(inviter)" } else { "true" }
        return try await database.execute(
            "UPDATE invitation i SET revoked_at = now() WHERE i.id = \(id) AND \(condition) AND \(Self.isOpen)") == 1
    }
}
