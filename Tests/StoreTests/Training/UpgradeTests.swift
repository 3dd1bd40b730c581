import Domain
import Foundation
import Postgres
import Store
import Support
import Testing

/// A database of the first release, brought to the newest schema.
@Suite struct UpgradeTests {
    @Test("Programs and assignments of the first release become whole plans and due workouts")
    func plans() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await backToFirstRelease(pool)
            try await pool.execute(
                Query(
                    script: """
                        INSERT INTO person (email, role) VALUES ('t@x.example', 'trainer'), ('c@x.example', 'client');
                        INSERT INTO program (trainer_id, name, version, plan) SELECT id, 'First weeks', 3, '[
                          {"week": 1, "day": 1, "exercise": "squat", "sets": 3, "reps": 5, "tempo": "2020"},
                          {"week": 1, "day": 1, "exercise": "row", "sets": 2, "reps": 8, "tempo": "2010"},
                          {"week": 2, "day": 3, "exercise": "push-up", "sets": 3, "reps": 6, "tempo": "2010"}]'
                          FROM person WHERE role = 'trainer';
                        INSERT INTO program (trainer_id, name, plan)
                          SELECT id, 'Empty', '[]' FROM person WHERE role = 'trainer';
                        INSERT INTO program_assignment (program_id, client_id, starts_on, plan)
                          SELECT p.id, c.id, '2026-11-02', p.plan FROM program p, person c
                          WHERE p.name = 'First weeks' AND c.role = 'client';
                        """))
            _ = try await Migrator.migrate(pool)
            let program = try #require(try await Programs(pool).find(1))
            #expect(throws: Never.self) { try program.plan.validate() }
            #expect(program.plan.workouts.map(\.week) == [1, 2])
            let first = program.plan.workouts[0].workout.exercises
            #expect(first.map(\.name) == ["Squat", "Row"])
            #expect(
                first[0].prescription
                    == Prescription(sets: 3, reps: Span(5), tempo: try TempoPrescription("2020")))
            #expect(try await Programs(pool).find(2)?.plan == ProgramPlan([]))
            let assignment = try #require(try await Assignments(pool).find(1))
            #expect((assignment.programVersion, assignment.name) == (3, "First weeks"))
            let due = try await Assignments(pool).due(
                client: assignment.clientID, from: try #require(LocalDate("2026-11-01")),
                through: try #require(LocalDate("2026-12-01")))
            #expect(due.map(\.dueOn.text) == ["2026-11-02", "2026-11-11"])
            #expect(due.map(\.workout) == program.plan.workouts.map(\.workout))
        }
    }

    /// Empties the database and runs the migrations that the first release had.
    private func backToFirstRelease(_ pool: PostgresPool) async throws {
        try await pool.execute(Query(script: "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"))
        try await pool.execute(
            Query(
                script: """
                    CREATE TABLE schema_migration (name text PRIMARY KEY, applied_at timestamptz DEFAULT now());
                    SELECT 1;
                    """))
        for name in ["0001_jobs", "0002_people", "0003_clips", "0004_job_rate"] {
            let path = ProjectFiles.path("Sources/Store/Migrations/\(name).sql")
            let sql = try String(contentsOfFile: path, encoding: .utf8)
            try await pool.execute(Query(script: sql))
            try await pool.execute("INSERT INTO schema_migration (name) VALUES (\(name))")
        }
    }
}
