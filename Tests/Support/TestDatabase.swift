import Foundation
package import Postgres
import Store

/// A private PostgreSQL for the whole test run, and a fresh database with the newest schema for each test.
package enum TestDatabase {
    /// Calls `body` with a pool on an empty, migrated database and its URL; the database is dropped afterwards.
    package static func withDatabase<R: Sendable>(
        maximumConnections: Int = 8, _ body: (PostgresPool, String) async throws -> R
    ) async throws -> R {
        let server = try await TestServer.shared.server()
        let logger = TestLogger.silent
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        let admin = PostgresPool(PatientConfiguration.of(server.url, connections: 1), logger: logger)
        try await admin.execute(Query(script: "CREATE DATABASE \(name)"))
        let url = server.url.replacing("///pthub?", with: "///\(name)?")
        let pool = PostgresPool(
            PatientConfiguration.of(url, connections: maximumConnections), logger: logger)
        let result: Result<R, any Error>
        do {
            _ = try await Migrator.migrate(pool)
            result = .success(try await body(pool, url))
        } catch {
            result = .failure(error)
        }
        await pool.close()
        _ = try? await admin.execute(Query(script: "DROP DATABASE \(name) WITH (FORCE)"))
        await admin.close()
        return try result.get()
    }
}

/// Waits longer than the product does: all suites run at once, on as few cores as there are.
enum PatientConfiguration {
    static func of(_ url: String, connections: Int) -> PostgresConfiguration {
        PostgresConfiguration(
            url: url, maximumConnections: connections, statementTimeout: .seconds(120), connectTimeout: .seconds(60),
            acquireTimeout: .seconds(300))
    }
}

/// Starts the server once, stops it when the process exits.
package actor TestServer {
    package static let shared = TestServer()
    private var starting: Task<EmbeddedCluster, any Error>?

    package func server() async throws -> EmbeddedCluster {
        if let starting { return try await starting.value }
        let task = Task {
            let folder = NSTemporaryDirectory() + "pthub-test-postgres-\(getpid())"
            let cluster = try await EmbeddedCluster.start(in: folder, durable: false)
            TestServerExit.arm(cluster, folder: folder)
            return cluster
        }
        starting = task
        return try await task.value
    }
}

private enum TestServerExit {
    nonisolated(unsafe) private static var cleanup: (() -> Void)?  // set once before exit, read at exit

    static func arm(_ cluster: EmbeddedCluster, folder: String) {
        cleanup = {
            cluster.stopBlocking()
            try? FileManager.default.removeItem(atPath: folder)
        }
        atexit { TestServerExit.cleanup?() }
    }
}
