import API
import Archive
import ArgumentParser
import Hummingbird
import Logging
import Postgres
import ServiceLifecycle
import Store

/// The API and the pages.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the API and the pages until SIGTERM or Ctrl-C.")

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"
    @Option(help: "Port to listen on.")
    var port = 8080
    @Flag(help: "The server is reached by https: cookies are marked so.")
    var secure = false

    func run() async throws {
        let logger = Logger(label: "pthub.api")
        try await reportingFailures {
            let settings = Settings.fromEnvironment()
            let openID = try settings.openID()
            try await Database.withPool(settings, logger: logger) { pool in
                _ = try await Migrator.migrate(pool)
                var configuration = APIConfiguration(
                    host: host, port: port, isSecure: secure, openID: openID)
                configuration.rateFactor = settings.rateFactor
                configuration.rulesFolder = settings.rulesFolder
                let application = try buildApplication(
                    configuration, pool: pool,
                    archive: try settings.archive(), logger: logger
                ) { port in logger.info("listening", metadata: ["url": "http://\(host):\(port)/"]) }
                try await application.runService()
            }
        }
    }
}

extension Settings {
    func archive() throws -> FileStore {
        do { return try FileStore(root: archiveFolder) } catch {
            throw Failure(.inputOutput, "The archive \(archiveFolder) cannot be used: \(error)")
        }
    }
}
