package import Postgres

/// People, as far as training asks for them.
package struct Trainees: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    package func exists(_ id: Int64, role: Person.Role) async throws(PostgresError) -> Bool {
        try await !database.query("SELECT 1 FROM person p WHERE p.id = \(id) AND p.role = \(role.rawValue)").isEmpty
    }
}
