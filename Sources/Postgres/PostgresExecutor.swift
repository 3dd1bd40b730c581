/// What a statement can run on: the pool, or a transaction.
package protocol PostgresExecutor: Sendable {
    func query(_ query: Query, file: String, line: Int) async throws(PostgresError) -> [Row]
    /// The number of rows that were changed.
    func execute(_ query: Query, file: String, line: Int) async throws(PostgresError) -> Int
}

extension PostgresExecutor {
    package func query(
        _ query: Query, _ file: String = #fileID, _ line: Int = #line
    ) async throws(PostgresError) -> [Row] {
        try await self.query(query, file: file, line: line)
    }

    @discardableResult
    package func execute(
        _ query: Query, _ file: String = #fileID, _ line: Int = #line
    ) async throws(PostgresError) -> Int {
        try await execute(query, file: file, line: line)
    }
}

/// A transaction that is open; ends with the closure that it was given to.
package struct Transaction: PostgresExecutor {
    let connection: Connection
    let onStatement: (@Sendable (Query, _ file: String, _ line: Int) -> Void)?

    package func query(_ query: Query, file: String, line: Int) async throws(PostgresError) -> [Row] {
        onStatement?(query, file, line)
        return try await connection.query(query, file: file, line: line).rows
    }

    package func execute(_ query: Query, file: String, line: Int) async throws(PostgresError) -> Int {
        onStatement?(query, file, line)
        return try await connection.query(query, file: file, line: line).affected
    }
}
