package import Logging

/// Connections shared by all tasks: opened when needed, handed out first come first served, dropped when broken.
package final class PostgresPool: PostgresExecutor, Sendable {
    package let configuration: PostgresConfiguration
    private let slots: ConnectionSlots
    private let logger: Logger

    package init(_ configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        slots = ConnectionSlots(limit: configuration.maximumConnections)
    }

    package func query(_ query: Query, file: String, line: Int) async throws(PostgresError) -> [Row] {
        try await answer(query, file: file, line: line).rows
    }

    package func execute(_ query: Query, file: String, line: Int) async throws(PostgresError) -> Int {
        try await answer(query, file: file, line: line).affected
    }

    /// Runs `body` in one transaction: committed when it returns, rolled back when it throws. Nothing is tried again.
    package func transaction<R: Sendable>(
        _ body: @Sendable (Transaction) async throws -> R
    ) async throws -> R {
        let connection = try await acquire()
        let result: Result<R, any Error>
        do {
            try await connection.query(Query(script: "BEGIN"), file: #fileID, line: #line)
            let transaction = Transaction(connection: connection, onStatement: configuration.onStatement)
            result = .success(try await body(transaction))
        } catch {
            result = .failure(error)
        }
        let isGood = if case .success = result { true } else { false }
        let end = await connection.run(Query(script: isGood ? "COMMIT" : "ROLLBACK"), file: #fileID, line: #line)
        release(connection, end)
        if isGood { _ = try end.result.get() }
        return try result.get()
    }

    /// Closes what is idle and refuses what comes; connections in use close when they are given back.
    package func close() async {
        slots.close()
    }

    private func answer(_ query: Query, file: String, line: Int) async throws(PostgresError) -> Connection.Answer {
        let connection = try await acquire()
        configuration.onStatement?(query, file, line)
        let outcome = await connection.run(query, file: file, line: line)
        release(connection, outcome)
        return try outcome.result.get()
    }

    private func acquire() async throws(PostgresError) -> Connection {
        switch await slots.acquire(timeout: configuration.acquireTimeout) {
        case .idle(let connection): return connection
        case .room:
            let connection = Connection(statementCapacity: configuration.preparedStatements)
            do throws(PostgresError) {
                try await connection.open(configuration)
                return connection
            } catch {
                slots.giveUp()
                logger.debug("no connection to the database", metadata: ["reason": "\(error.message)"])
                throw error
            }
        case .timedOut:
            throw PostgresError(
                .timeout, "all \(configuration.maximumConnections) connections to the database are in use",
                query: "connect", file: #fileID, line: #line)
        case .closed:
            throw PostgresError(.connection, "the pool is closed", query: "connect", file: #fileID, line: #line)
        }
    }

    /// A connection in an unknown state is not used again.
    private func release(_ connection: Connection, _ last: Connection.Outcome) {
        if last.isIdle {
            slots.release(connection)
        } else {
            slots.giveUp()
        }
    }
}
