package import Domain
package import Postgres

/// The tables `program_assignment` and `due_workout`.
package struct Assignments: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// Pins the program's present plan for a client; one statement, so half of it cannot happen.
    package func assign(
        _ program: Program, to client: Int64, startingOn start: LocalDate, by trainer: Int64
    ) async throws(PostgresError) -> Assignment {
        let rows = try await database.query(
            """
            WITH a AS (
              INSERT INTO program_assignment (program_id, program_version, client_id, trainer_id, name, starts_on)
              VALUES (\(program.id), \(program.version), \(client), \(trainer), \(program.name), \(start))
              RETURNING *),
            d AS (
              INSERT INTO due_workout (assignment_id, client_id, due_on, week, day, position, content)
              SELECT a.id, a.client_id, a.starts_on + ((w.entry->>'week')::int - 1) * 7 + (w.entry->>'day')::int - 1,
                (w.entry->>'week')::int, (w.entry->>'day')::int, w.place, w.entry->'workout'
              FROM a, jsonb_array_elements(\(JSON(program.plan))::jsonb->'workouts') WITH ORDINALITY AS w (entry, place))
            SELECT \(raw: Assignment.columns) FROM a
            """)
        return try Assignment(rows[0])
    }

    package func find(_ id: Int64) async throws(PostgresError) -> Assignment? {
        let rows = try await database.query(
            "SELECT \(raw: Assignment.columns) FROM program_assignment a WHERE a.id = \(id)")
        return try rows.first.map { row throws(PostgresError) in try Assignment(row) }
    }

    /// The newest first, older than `before`.
    package func list(
        client: Int64, before: Int64? = nil, limit: Int
    ) async throws(PostgresError) -> [Assignment] {
        let rows = try await database.query(
            """
            SELECT \(raw: Assignment.columns) FROM program_assignment a
            WHERE a.client_id = \(client) AND a.id < \(before ?? Int64.max)
            ORDER BY a.id DESC LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in try Assignment(row) }
    }

    /// Nothing of it is due from `day` on; what was done stays. The first end counts.
    package func end(_ id: Int64, on day: LocalDate) async throws(PostgresError) {
        try await database.execute(
            "UPDATE program_assignment SET ended_on = \(day) WHERE id = \(id) AND ended_on IS NULL")
    }

    /// Today by the database's clock where the client is.
    package func today(client: Int64) async throws(PostgresError) -> LocalDate {
        let rows = try await database.query(
            "SELECT (now() AT TIME ZONE p.time_zone)::date AS today FROM person p WHERE p.id = \(client)")
        return try rows[0].get("today")
    }

    /// What is due on the days from `first` to `last`, in order.
    package func due(
        client: Int64, from first: LocalDate, through last: LocalDate
    ) async throws(PostgresError) -> [DueWorkout] {
        let rows = try await database.query(
            """
            SELECT \(raw: DueWorkout.columns) FROM \(raw: DueWorkout.tables)
            WHERE d.client_id = \(client) AND d.due_on BETWEEN \(first) AND \(last)
              AND (a.ended_on IS NULL OR d.due_on < a.ended_on)
            ORDER BY d.due_on, d.assignment_id, d.position
            """)
        return try rows.map { row throws(PostgresError) in try DueWorkout(row) }
    }

    package func dueWorkout(_ id: Int64) async throws(PostgresError) -> DueWorkout? {
        let rows = try await database.query(
            "SELECT \(raw: DueWorkout.columns) FROM \(raw: DueWorkout.tables) WHERE d.id = \(id)")
        return try rows.first.map { row throws(PostgresError) in try DueWorkout(row) }
    }
}
