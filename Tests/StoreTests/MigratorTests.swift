import Postgres
import Store
import Support
import Testing

/// The schema from nothing, and by many programs at once.
@Suite struct MigratorTests {
    @Test("A migrated database has nothing left to apply")
    func again() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            #expect(try await Migrator.migrate(pool) == [])
            let count: Int = try await pool.query("SELECT count(*) AS n FROM schema_migration")[0].get("n")
            #expect(count >= 8)
        }
    }

    @Test("Programs that start at once apply each migration once")
    func atOnce() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            // As on an empty database.
            try await pool.execute(Query(script: "DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 { group.addTask { try await Migrator.migrate(pool) } }
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            #expect(applied.count == Set(applied).count && applied.contains("0001_jobs"))
        }
    }
}
