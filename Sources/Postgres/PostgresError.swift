/// What went wrong, with the statement but never its values.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// The server cannot be reached, or the connection broke: the statement may or may not have run.
        case connection
        /// No connection became free, or the statement ran too long.
        case timeout
        /// The server refused the statement; its SQLSTATE.
        case server(sqlState: String)
        /// A column is missing, null, or not of the type that was asked for.
        case decoding
    }

    package var kind: Kind
    package var message: String
    package var query: String
    package var file: String
    package var line: Int
    /// The prepared statement is gone, or its tables have changed so that it answers something else now. The pool tries
    /// again where it can: outside a transaction.
    var isStaleStatement = false

    init(_ kind: Kind, _ message: String, query: String, file: String, line: Int) {
        (self.kind, self.message, self.query, self.file, self.line) = (kind, message, query, file, line)
    }

    package var sqlState: String? {
        if case .server(let state) = kind { return state }
        return nil
    }

    package var isUniqueViolation: Bool { sqlState == "23505" }

    /// Worth trying again later: the database is away or too busy.
    package var isTransient: Bool {
        if isStaleStatement { return true }
        return switch kind {
        case .connection, .timeout: true
        // Shutdown, crash recovery, too many connections, serialization failure, deadlock.
        case .server(let state): state.hasPrefix("57P") || state.hasPrefix("53") || state.hasPrefix("40")
        case .decoding: false
        }
    }

    package var description: String { "\(message) [\(kind)] in \(query) (\(file):\(line))" }
}
