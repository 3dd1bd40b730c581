package import Postgres

/// The tables `program` and `program_assignment`, as far as there are programs yet.
package struct Programs: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// One line of a plan.
    package struct Item: Codable, Equatable, Sendable {
        package var week: Int
        package var day: Int
        package var exercise: String
        package var sets: Int
        package var reps: Int
        package var tempo: String

        package init(week: Int, day: Int, exercise: String, sets: Int, reps: Int, tempo: String) {
            self.week = week
            self.day = day
            self.exercise = exercise
            self.sets = sets
            self.reps = reps
            self.tempo = tempo
        }
    }

    package func add(trainer: Int64, name: String, plan: [Item]) async throws(PostgresError) -> Int64 {
        try await database.query(
            """
            INSERT INTO program (trainer_id, name, plan) VALUES (\(trainer), \(name), \(JSON(plan))::jsonb)
            RETURNING id
            """)[0].get("id")
    }

    /// Pins the program's present plan for a client, from the database's today on.
    package func assign(_ program: Int64, to client: Int64) async throws(PostgresError) {
        try await database.execute(
            """
            INSERT INTO program_assignment (program_id, client_id, starts_on, plan)
            SELECT id, \(client), current_date, plan FROM program WHERE id = \(program)
            """)
    }
}
