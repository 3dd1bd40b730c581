package import Domain
package import Foundation
import Postgres

/// A workout of a trainer's library.
package struct StoredWorkout: Sendable {
    package var id: Int64
    package var trainerID: Int64
    package var workout: Workout
    package var version: Int64
    package var archivedAt: Date?

    static let columns: StaticString = "w.id, w.trainer_id, w.content::text AS content, w.version, w.archived_at"

    init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        trainerID = try row.get("trainer_id")
        workout = try row.get("content", as: JSON<Workout>.self).value
        version = try row.get("version")
        archivedAt = try row.optional("archived_at")
    }
}
