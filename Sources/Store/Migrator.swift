import Foundation
package import Postgres

/// Brings a database to the newest schema: numbered files, forward only, each in a transaction of its own, all under
/// one advisory lock, so that any number of programs may start at once.
package enum Migrator {
    private struct Migration {
        var name: String
        var sql: String
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// An arbitrary number that nothing else in this program locks.
    private static let lock: Int64 = 0x7074_6875_62

    /// The names of the migrations that were applied now.
    package static func migrate(_ pool: PostgresPool) async throws -> [String] {
        let migrations = try bundled()
        return try await pool.transaction { transaction in
            try await transaction.execute("SELECT pg_advisory_xact_lock(\(lock))")
            try await transaction.execute(
                """
                CREATE TABLE IF NOT EXISTS schema_migration (
                  name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())
                """)
            let rows = try await transaction.query("SELECT name FROM schema_migration")
            let known = try Set(rows.map { try $0.get("name", as: String.self) })
            var applied: [String] = []
            for migration in migrations where !known.contains(migration.name) {
                try await transaction.execute(Query(script: migration.sql))
                try await transaction.execute("INSERT INTO schema_migration (name) VALUES (\(migration.name))")
                applied.append(migration.name)
            }
            return applied
        }
    }

    private static func bundled() throws -> [Migration] {
        let folder = Bundle.module.bundlePath + "/Migrations"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }
        return try files.sorted().map { file in
            guard let data = FileManager.default.contents(atPath: folder + "/" + file) else {
                throw Failure(description: "The migration \(folder)/\(file) cannot be read.")
            }
            return Migration(name: String(file.dropLast(4)), sql: String(decoding: data, as: UTF8.self))
        }
    }
}
