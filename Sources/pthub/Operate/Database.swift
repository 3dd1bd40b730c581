import Foundation
import Logging
import Postgres
import Store

/// The database that the environment names, or the private cluster where it names none.
enum Database {
    /// Runs `body` with a pool, then closes it and stops the cluster if this call started it.
    static func withPool<R: Sendable>(
        _ settings: Settings, logger: Logger = Logger(label: "pthub"),
        _ body: (PostgresPool) async throws -> R
    ) async throws -> R {
        try await withURL(settings) { url in
            let pool = PostgresPool(PostgresConfiguration(url: url), logger: logger)
            do {
                let result = try await body(pool)
                await pool.close()
                return result
            } catch {
                await pool.close()
                throw (error as? PostgresError).map { Failure(.unavailable, "The database: \($0.message)") } ?? error
            }
        }
    }

    /// The URL for listeners, which need a connection of their own.
    static func withURL<R: Sendable>(
        _ settings: Settings, _ body: (String) async throws -> R
    ) async throws -> R {
        if let url = settings.databaseURL { return try await body(url) }
        let cluster: EmbeddedCluster
        do {
            cluster = try await EmbeddedCluster.start(in: settings.dataFolder + "/postgres")
        } catch {
            throw Failure(.unavailable, "\(error)")
        }
        do {
            let result = try await body(cluster.url)
            await cluster.stop()
            return result
        } catch {
            await cluster.stop()
            throw error
        }
    }
}
