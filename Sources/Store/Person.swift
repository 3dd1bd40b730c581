package import Postgres

/// Someone who signs in.
package struct Person: Encodable, Equatable, Sendable {
    package enum Role: String, CaseIterable, Codable, Sendable { case admin, trainer, client }

    package var id: Int64
    package var email: String
    package var firstName: String
    package var lastName: String
    package var role: Role
    package var isActive: Bool
    package var instagram: String
    /// An IANA name, for days and times as this person reads them.
    package var timeZone: String
    /// Of the row, for edits.
    package var version: Int64

    enum CodingKeys: String, CodingKey {
        case id, email
        case firstName = "first_name"
        case lastName = "last_name"
        case role
        case isActive = "active"
        case instagram
        case timeZone = "time_zone"
    }

    package static let columns: StaticString = """
        p.id, p.email, p.first_name, p.last_name, p.role, p.is_active, p.instagram, p.time_zone, p.version
        """

    package init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        email = try row.get("email")
        firstName = try row.get("first_name")
        lastName = try row.get("last_name")
        role = Role(rawValue: try row.get("role")) ?? .client
        isActive = try row.get("is_active")
        instagram = try row.get("instagram")
        timeZone = try row.get("time_zone")
        version = try row.get("version")
    }
}
