package import Foundation
package import Postgres

/// The table `booking`.
package struct Bookings: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// Whoever books for these two waits here until the transaction before has ended: without it, several who ask for
    /// the same hour would wait for each other at the constraint's index.
    package func lock(trainer: Int64, client: Int64) async throws(PostgresError) {
        try await database.execute(
            "SELECT 1 FROM person WHERE id IN (\(trainer), \(client)) ORDER BY id FOR NO KEY UPDATE")
    }

    /// Throws `isOverlap` when trainer or client have another appointment then.
    package func add(
        trainer: Int64, client: Int64, during span: DateInterval, notes: String
    ) async throws(PostgresError) -> Booking {
        let rows = try await database.query(
            """
            INSERT INTO booking AS b (trainer_id, client_id, during, notes)
            VALUES (\(trainer), \(client), tstzrange(\(span.start), \(span.end)), \(notes))
            RETURNING \(raw: Booking.columns)
            """)
        return try Booking(rows[0])
    }

    package func find(_ id: Int64) async throws(PostgresError) -> Booking? {
        let rows = try await database.query("SELECT \(raw: Booking.columns) FROM booking b WHERE b.id = \(id)")
        return try rows.first.map { row throws(PostgresError) in try Booking(row) }
    }

    /// `version` nil: whatever it is now. Nil when it is no longer the version that was read, or was cancelled; throws `isOverlap` as `add` does.
    package func move(
        _ id: Int64, to span: DateInterval, version: Int64?
    ) async throws(PostgresError) -> Booking? {
        let rows = try await database.query(
            """
            UPDATE booking AS b SET during = tstzrange(\(span.start), \(span.end)), version = version + 1,
              changed_at = now()
            WHERE b.id = \(id) AND b.version = COALESCE(\(version), b.version) AND b.cancelled_at IS NULL
            RETURNING \(raw: Booking.columns)
            """)
        return try rows.first.map { row throws(PostgresError) in try Booking(row) }
    }

    /// Nil when it was cancelled before.
    package func cancel(_ id: Int64) async throws(PostgresError) -> Booking? {
        let rows = try await database.query(
            """
            UPDATE booking AS b SET cancelled_at = now(), version = version + 1, changed_at = now()
            WHERE b.id = \(id) AND b.cancelled_at IS NULL
            RETURNING \(raw: Booking.columns)
            """)
        return try rows.first.map { row throws(PostgresError) in try Booking(row) }
    }

    /// Those that begin within `span`, in order; a trainer's only with present clients, a client's own.
    package func list(
        for person: Person, within span: DateInterval, withCancelled: Bool = false
    ) async throws(PostgresError) -> [Booking] {
        let whose: Query =
            switch person.role {
            case .client: "b.client_id = \(person.id)"
            case .trainer, .admin:
                """
                b.trainer_id = \(person.id) AND EXISTS (
                  SELECT 1 FROM trainer_client r
                  WHERE r.trainer_id = b.trainer_id AND r.client_id = b.client_id AND r.until IS NULL)
                """
            }
        let rows = try await database.query(
            """
            SELECT \(raw: Booking.columns) FROM booking b
            WHERE \(whose) AND lower(b.during) >= \(span.start) AND lower(b.during) < \(span.end)
              AND (\(withCancelled) OR b.cancelled_at IS NULL)
            ORDER BY lower(b.during), b.id
            """)
        return try rows.map { row throws(PostgresError) in try Booking(row) }
    }

    /// When the trainer is taken within `span`, whoever with.
    package func taken(trainer: Int64, within span: DateInterval) async throws(PostgresError) -> [DateInterval] {
        let rows = try await database.query(
            """
            SELECT lower(b.during) AS starts_at, upper(b.during) AS ends_at FROM booking b
            WHERE b.trainer_id = \(trainer) AND b.during && tstzrange(\(span.start), \(span.end))
              AND b.cancelled_at IS NULL
            ORDER BY 1
            """)
        return try rows.map { row throws(PostgresError) in
            DateInterval(start: try row.get("starts_at"), end: try row.get("ends_at"))
        }
    }

    package func now() async throws(PostgresError) -> Date {
        try await database.query("SELECT now() AS now")[0].get("now")
    }
}

extension PostgresError {
    /// An exclusion constraint refused the row: somebody would be in two places at once.
    package var isOverlap: Bool { sqlState == "23P01" }
}
