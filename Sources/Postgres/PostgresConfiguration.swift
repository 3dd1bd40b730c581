/// Where the database is and how patient to be with it.
package struct PostgresConfiguration: Sendable {
    /// A libpq URL, `postgresql://…`.
    package var url: String
    package var maximumConnections: Int
    package var statementTimeout: Duration
    package var connectTimeout: Duration
    /// How long a caller waits for a free connection.
    package var acquireTimeout: Duration
    /// Statements that each connection keeps prepared.
    package var preparedStatements = PreparedStatements.usualCapacity
    /// Told of every statement before it runs, with its values and where it stands.
    package var onStatement: (@Sendable (Query, _ file: String, _ line: Int) -> Void)?

    package init(
        url: String, maximumConnections: Int = 8, statementTimeout: Duration = .seconds(30),
        connectTimeout: Duration = .seconds(5), acquireTimeout: Duration = .seconds(10)
    ) {
        self.url = url
        self.maximumConnections = maximumConnections
        self.statementTimeout = statementTimeout
        self.connectTimeout = connectTimeout
        self.acquireTimeout = acquireTimeout
    }
}
