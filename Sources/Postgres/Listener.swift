package import Logging

/// Notifications of some channels, on a connection of its own that is opened again whenever it breaks.
package struct Listener: Sendable {
    private let configuration: PostgresConfiguration
    private let channels: [String]
    private let logger: Logger

    /// Channel names are the program's own, in lower case.
    package init(_ configuration: PostgresConfiguration, channels: [String], logger: Logger) {
        (self.configuration, self.channels, self.logger) = (configuration, channels, logger)
    }

    /// Calls `body` for each notification until the task is cancelled. After a reconnect it is called once with an
    /// empty payload for each channel, since what was sent meanwhile is lost.
    package func run(_ body: @Sendable (Notification) async -> Void) async {
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                let connection = Connection()
                try await connection.open(configuration)
                for channel in channels {
                    _ = try await connection.query(Query(script: "LISTEN \(channel)"), file: #fileID, line: #line)
                    await body(Notification(channel: channel, payload: ""))
                }
                pause = .milliseconds(100)
                try await forward(connection, body)
            } catch {
                logger.debug("listener lost its connection", metadata: ["reason": "\(error)"])
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    private func forward(_ connection: Connection, _ body: @Sendable (Notification) async -> Void) async throws {
        var quiet = 0
        while !Task.isCancelled {
            let notifications = try await connection.notifications(waiting: 0.5)
            for notification in notifications { await body(notification) }
            quiet = notifications.isEmpty ? quiet + 1 : 0
            // A half-open socket never says that it is dead: ask, every ten seconds of silence.
            if quiet >= 20 {
                _ = try await connection.query("SELECT 1", file: #fileID, line: #line)
                quiet = 0
            }
        }
    }
}
