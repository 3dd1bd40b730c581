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
        do {
            _ = try await connection.query("BEGIN", file: #fileID, line: #line)
            let result = try await body(Transaction(connection: connection))
            _ = try await connection.query("COMMIT", file: #fileID, line: #line)
            await release(connection)
            return result
        } catch {
            _ = try? await connection.query("ROLLBACK", file: #fileID, line: #line)
            await release(connection)
            throw error
        }
    }

    /// Closes what is idle and refuses what comes; connections in use close when they are given back.
    package func close() async {
        await slots.close()
    }

    private func answer(_ query: Query, file: String, line: Int) async throws(PostgresError) -> Connection.Answer {
        let connection = try await acquire()
        do throws(PostgresError) {
            let answer = try await connection.query(query, file: file, line: line)
            await release(connection)
            return answer
        } catch {
            await release(connection)
            throw error
        }
    }

    private func acquire() async throws(PostgresError) -> Connection {
        switch await slots.acquire(timeout: configuration.acquireTimeout) {
        case .idle(let connection): return connection
        case .room:
            let connection = Connection()
            do throws(PostgresError) {
                try await connection.open(configuration)
                return connection
            } catch {
                await slots.giveUp()
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
    private func release(_ connection: Connection) async {
        if await connection.isIdle() {
            await slots.release(connection)
        } else {
            await slots.giveUp()
        }
    }
}
