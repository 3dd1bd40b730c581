import ArgumentParser
import Logging
import Postgres
import Store

/// Brings the database to this program's schema.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database's schema up to date; safe to run again and at once.")

    func run() async throws {
        try await reportingFailures {
            try await Database.withPool(Settings.fromEnvironment()) { pool in
                let applied = try await Migrator.migrate(pool)
                print(applied.isEmpty ? "The database is up to date." : "Applied: \(applied.joined(separator: ", "))")
            }
        }
    }
}
