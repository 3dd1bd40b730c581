/// One row of a result; columns by name.
package struct Row: Sendable {
    let columns: [String: Int]
    let values: [String?]
    let source: Source

    /// Where the query stands, for errors.
    struct Source: Sendable {
        var query: String
        var file: String
        var line: Int
    }

    /// The value of a column that is not null.
    package func get<T: PostgresValue>(_ column: String, as _: T.Type = T.self) throws(PostgresError) -> T {
        guard let value: T = try optional(column) else {
            throw error("column \(column) is null, not \(T.self)")
        }
        return value
    }

    /// The value of a column that may be null.
    package func optional<T: PostgresValue>(_ column: String, as _: T.Type = T.self) throws(PostgresError) -> T? {
        guard let index = columns[column] else {
            throw error("there is no column \(column)")
        }
        guard let text = values[index] else { return nil }
        guard let value = T(postgresText: text) else {
            throw error("column \(column) is not \(T.self)")
        }
        return value
    }

    private func error(_ message: String) -> PostgresError {
        PostgresError(.decoding, message, query: source.query, file: source.file, line: source.line)
    }
}
