import API
import Archive
import ArgumentParser
import Domain
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Store
import UnixSignals
import Worker

/// Everything on one machine, with a clip that goes the whole way.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Start database, API and a worker, upload a sample clip and show its feedback.",
        discussion: "Stays up until Ctrl-C; its data stay in $PTHUB_DATA (.pthub).")

    @Flag(help: "Exit as soon as the feedback page has answered.")
    var once = false
    @Option(help: "Port of the pages (0: any that is free).")
    var port = 8080
    @Option(help: "The clip to upload.")
    var clip = "sample-videos/squat_side_5.mp4"
    @Option(help: "What is done in it: \(ExerciseID.names).")
    var exercise = ExerciseID.squat

    func run() async throws {
        try await reportingFailures {
            let settings = Settings.fromEnvironment()
            try settings.checkModels()
            var logger = Logger(label: "pthub.demo")
            logger.logLevel = .warning
            let quiet = logger
            print("demo     starting database, API and worker")
            try await Database.withPool(settings, logger: quiet) { pool in
                _ = try await Migrator.migrate(pool)
                let accounts = try await DemoAccounts.prepare(pool, folder: settings.dataFolder)
                try await serve(pool, settings, accounts, quiet)
            }
        }
    }

    private func serve(
        _ pool: PostgresPool, _ settings: Settings, _ accounts: DemoAccounts, _ logger: Logger
    ) async throws {
        let archive = try settings.archive()
        let (ports, ready) = AsyncStream.makeStream(of: Int.self)
        let application = try buildApplication(
            APIConfiguration(port: port), pool: pool, archive: archive, logger: logger
        ) { ready.yield($0) }
        var configuration = WorkerConfiguration(modelFolder: settings.modelFolder)
        configuration.grace = .seconds(5)
        let worker = WorkerService(pool: pool, archive: archive, configuration: configuration, logger: logger)
        let background = BackgroundService(pool: pool, archive: archive, mail: settings.mail, logger: logger)
        let group = ServiceGroup(
            services: [application, worker, background], gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                do { try await group.run() } catch {
                    ready.finish()
                    throw Failure(.unavailable, "The server did not start (is port \(port) in use?): \(error)")
                }
                ready.finish()
            }
            tasks.addTask {
                for await port in ports {
                    try await tell("http://127.0.0.1:\(port)", accounts, group)
                    break
                }
            }
            do {
                while try await tasks.next() != nil {}
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
    }

    private func tell(_ baseURL: String, _ accounts: DemoAccounts, _ group: ServiceGroup) async throws {
        let story = DemoStory(baseURL: baseURL, accounts: accounts, clipFile: clip, exercise: exercise)
        let page = try await story.tell()
        print(
            """

            Feedback page   \(page)
              as trainer    \(accounts.trainer.email)  password \(accounts.trainer.password)
              as client     \(accounts.client.email)  password \(accounts.client.password)
            """)
        if once {
            await group.triggerGracefulShutdown()
        } else {
            print("\nRunning until Ctrl-C.")
            // Whoever reads this through a pipe waits for it.
            fflush(nil)
        }
    }
}
