import Postgres

/// Someone who signs in.
package struct Person: Codable, Equatable, Sendable {
    package enum Role: String, Codable, Sendable { case admin, trainer, client }

    package var id: Int64
    package var email: String
    package var firstName: String
    package var lastName: String
    package var role: Role

    enum CodingKeys: String, CodingKey {
        case id, email
        case firstName = "first_name"
        case lastName = "last_name"
        case role
    }

    static let columns: StaticString = "p.id, p.email, p.first_name, p.last_name, p.role"

    init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        email = try row.get("email")
        firstName = try row.get("first_name")
        lastName = try row.get("last_name")
        role = Role(rawValue: try row.get("role")) ?? .client
    }
}
