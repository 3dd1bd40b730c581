package import Foundation
import Postgres

/// An appointment of a trainer and a client.
package struct Booking: Sendable {
    package var id: Int64
    package var trainerID: Int64
    package var clientID: Int64
    package var startsAt: Date
    package var endsAt: Date
    package var notes: String
    package var version: Int64
    package var changedAt: Date
    package var cancelledAt: Date?

    static let columns: StaticString = """
        b.id, b.trainer_id, b.client_id, lower(b.during) AS starts_at, upper(b.during) AS ends_at, b.notes, b.version,
        b.changed_at, b.cancelled_at
        """

    init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        trainerID = try row.get("trainer_id")
        clientID = try row.get("client_id")
        startsAt = try row.get("starts_at")
        endsAt = try row.get("ends_at")
        notes = try row.get("notes")
        version = try row.get("version")
        changedAt = try row.get("changed_at")
        cancelledAt = try row.optional("cancelled_at")
    }

    package var span: DateInterval { DateInterval(start: startsAt, end: endsAt) }
}
