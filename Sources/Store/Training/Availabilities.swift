package import Domain
package import Postgres

/// Weekly hours as they are kept.
package struct StoredAvailability: Sendable {
    package var id: Int64
    package var trainerID: Int64
    package var availability: Availability
    package var version: Int64

    static let columns: StaticString =
        "v.id, v.trainer_id, v.time_zone, v.weekday, v.starts, v.ends, v.from_day, v.until_day, v.version"

    init(_ row: Row) throws(PostgresError) {
        id = try row.get("id")
        trainerID = try row.get("trainer_id")
        version = try row.get("version")
        availability = Availability(
            timeZone: try row.get("time_zone"), weekday: try row.get("weekday"), starts: try row.get("starts"),
            ends: try row.get("ends"), from: try row.get("from_day"), until: try row.optional("until_day"))
    }
}

/// The table `availability`.
package struct Availabilities: Sendable {
    /// More than anyone's week has.
    package static let mostOfTrainer = 100

    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    package func add(_ hours: Availability, trainer: Int64) async throws(PostgresError) -> StoredAvailability {
        let rows = try await database.query(
            """
            INSERT INTO availability AS v (trainer_id, time_zone, weekday, starts, ends, from_day, until_day)
            VALUES (\(trainer), \(hours.timeZone), \(hours.weekday), \(hours.starts), \(hours.ends), \(hours.from),
                    \(hours.until))
            RETURNING \(raw: StoredAvailability.columns)
            """)
        return try StoredAvailability(rows[0])
    }

    package func find(_ id: Int64) async throws(PostgresError) -> StoredAvailability? {
        let rows = try await database.query(
            "SELECT \(raw: StoredAvailability.columns) FROM availability v WHERE v.id = \(id)")
        return try rows.first.map { row throws(PostgresError) in try StoredAvailability(row) }
    }

    /// By weekday and hour.
    package func list(trainer: Int64) async throws(PostgresError) -> [StoredAvailability] {
        let rows = try await database.query(
            """
            SELECT \(raw: StoredAvailability.columns) FROM availability v WHERE v.trainer_id = \(trainer)
            ORDER BY v.weekday, v.starts, v.id
            """)
        return try rows.map { row throws(PostgresError) in try StoredAvailability(row) }
    }

    /// `version` nil: whatever it is now. Nil when it is no longer the version that was read.
    package func update(
        _ id: Int64, to hours: Availability, version: Int64?
    ) async throws(PostgresError) -> StoredAvailability? {
        let rows = try await database.query(
            """
            UPDATE availability AS v SET time_zone = \(hours.timeZone), weekday = \(hours.weekday),
              starts = \(hours.starts), ends = \(hours.ends), from_day = \(hours.from), until_day = \(hours.until),
              version = version + 1
            WHERE v.id = \(id) AND v.version = COALESCE(\(version), v.version)
            RETURNING \(raw: StoredAvailability.columns)
            """)
        return try rows.first.map { row throws(PostgresError) in try StoredAvailability(row) }
    }

    /// Bookings stay.
    package func remove(_ id: Int64) async throws(PostgresError) {
        try await database.execute("DELETE FROM availability WHERE id = \(id)")
    }
}
