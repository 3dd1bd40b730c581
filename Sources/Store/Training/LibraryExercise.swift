package import Domain
package import Foundation
import Postgres

/// An exercise of the library.
package struct LibraryExercise: Sendable {
    package var id: Int64
    /// Nil: shared with all trainers.
    package var ownerID: Int64?
    package var exercise: Exercise
    package var version: Int64
    package var archivedAt: Date?

    static let columns: StaticString = """
        e.id, e.owner_id, e.name, e.type, e.level, e.prescription::text AS prescription, e.demo_url, e.posture, e.notes,
        e.version, e.archived_at
        """

    init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        ownerID = try row.optional("owner_id")
        version = try row.get("version")
        archivedAt = try row.optional("archived_at")
        exercise = Exercise(
            name: try row.get("name"), type: try row.get("type"), level: try row.get("level"),
            prescription: try row.get("prescription", as: JSON<Prescription>.self).value,
            demoURL: try row.optional("demo_url"), posture: try row.optional("posture"), notes: try row.get("notes"))
    }
}
