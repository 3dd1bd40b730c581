package import Domain
package import Foundation
import Postgres

/// A trainer's program as it stands now.
package struct Program: Sendable {
    package var id: Int64
    package var trainerID: Int64
    package var name: String
    package var version: Int64
    package var plan: ProgramPlan
    package var archivedAt: Date?

    static let columns: StaticString = "p.id, p.trainer_id, p.name, p.version, p.plan::text AS plan, p.archived_at"

    init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        trainerID = try row.get("trainer_id")
        name = try row.get("name")
        version = try row.get("version")
        plan = try row.get("plan", as: JSON<ProgramPlan>.self).value
        archivedAt = try row.optional("archived_at")
    }
}
