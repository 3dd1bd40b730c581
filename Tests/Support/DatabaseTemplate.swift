import Foundation
package import Postgres
import Store

/// A prepared database from which each test gets a copy of its own, in some 50 ms.
package struct DatabaseTemplate: Sendable {
    private let name: String
    private let serverURL: String

    /// Migrates an empty database and fills it; it stays until the server goes with the test run.
    package init(prepare: @Sendable (PostgresPool) async throws -> Void) async throws {
        let server = try await TestServer.shared.server()
        serverURL = server.url
        name = "template_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try await Self.administrate(serverURL, "CREATE DATABASE \(name)")
        let pool = Self.pool(serverURL, name)
        _ = try await Migrator.migrate(pool)
        try await prepare(pool)
        await pool.close()
    }

    /// Calls `body` with a pool on a fresh copy.
    package func withCopy<R: Sendable>(_ body: (PostgresPool) async throws -> R) async throws -> R {
        let copy = "copy_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try await Self.administrate(serverURL, "CREATE DATABASE \(copy) TEMPLATE \(name)")
        let pool = Self.pool(serverURL, copy)
        let result: Result<R, any Error>
        do { result = .success(try await body(pool)) } catch { result = .failure(error) }
        await pool.close()
        try await Self.administrate(serverURL, "DROP DATABASE \(copy) WITH (FORCE)")
        return try result.get()
    }

    private static func pool(_ server: String, _ name: String) -> PostgresPool {
        let url = server.replacing("///pthub?", with: "///\(name)?")
        return PostgresPool(PatientConfiguration.of(url, connections: 4), logger: TestLogger.silent)
    }

    private static func administrate(_ server: String, _ statement: String) async throws {
        let admin = PostgresPool(PatientConfiguration.of(server, connections: 1), logger: TestLogger.silent)
        do { try await admin.execute(Query(script: statement)) } catch {
            await admin.close()
            throw error
        }
        await admin.close()
    }
}

/// Whether anything in a database has changed.
package enum DatabaseDigest {
    /// One number for the content of all tables but those that are named.
    package static func of(_ pool: PostgresPool, except ignored: Set<String> = []) async throws -> String {
        let tables = try await pool.query(
            "SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        ).map { try $0.get("name", as: String.self) }
        let parts = tables.filter { !ignored.contains($0) }.map { table in
            "SELECT '\(table)' AS name, md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest FROM \"\(table)\" t"
        }
        let rows = try await pool.query(
            Query(
                script:
                    "SELECT md5(string_agg(name || COALESCE(digest, ''), ',' ORDER BY name)) AS digest FROM (\(parts.joined(separator: " UNION ALL "))) d"
            ))
        return try rows[0].get("digest")
    }
}
