import ArgumentParser
import Foundation
import Logging
import PoseKernel
import Postgres
import ServiceLifecycle
import Store
import UnixSignals
import Worker

/// One worker process; run as many as there are machines.
struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Analyse queued clips, send e-mails and erase until SIGTERM or Ctrl-C.",
        discussion: "On SIGTERM no new clip is claimed; what runs may finish within --grace seconds.")

    @Option(help: "Clips at once.")
    var concurrency = 1
    @Option(help: "Threads of each clip's analysis.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "Seconds without a heartbeat after which another worker takes a clip over.")
    var lease = 30
    @Option(help: "Seconds that running clips get after SIGTERM.")
    var grace = 20

    func validate() throws {
        guard concurrency >= 1, threads >= 1, lease >= 3, grace >= 0 else {
            throw ValidationError("--concurrency and --threads take a number from 1, --lease from 3, --grace from 0.")
        }
    }

    func run() async throws {
        let logger = Logger(label: "pthub.worker")
        try await reportingFailures {
            let settings = Settings.fromEnvironment()
            try settings.checkModels()
            try await Database.withPool(settings, logger: logger) { pool in
                _ = try await Migrator.migrate(pool)
                let archive = try settings.archive()
                let worker = WorkerService(
                    pool: pool, archive: archive, configuration: configuration(settings), logger: logger)
                let background = BackgroundService(pool: pool, archive: archive, mail: settings.mail, logger: logger)
                logger.info("working", metadata: ["concurrency": "\(concurrency)"])
                try await ServiceGroup(
                    services: [worker, background], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
                ).run()
            }
        }
    }

    private func configuration(_ settings: Settings) -> WorkerConfiguration {
        var configuration = WorkerConfiguration(modelFolder: settings.modelFolder)
        configuration.rulesFolder = settings.rulesFolder
        configuration.concurrency = concurrency
        configuration.threadsPerJob = threads
        configuration.lease = .seconds(lease)
        configuration.grace = .seconds(grace)
        return configuration
    }
}

extension Settings {
    /// At start, so that an operator learns of a missing model before a trainer does.
    func checkModels() throws {
        do { _ = try PoseModels.load(from: modelFolder) } catch { throw Failure(.unavailable, error.description) }
    }
}
