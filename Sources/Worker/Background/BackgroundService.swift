package import Archive
import Domain
import Foundation
import Jobs
package import Logging
package import Postgres
import ServiceLifecycle
import Store

/// E-mails and erasure: short jobs without a child process, one at a time. Leases that run out are rescued by the same
/// sweep as all others.
package struct BackgroundService: Service {
    private let pool: PostgresPool
    private let archive: any ObjectStore
    private let mail: MailConfiguration?
    private let logger: Logger
    private let worker = UUID()

    /// Longer than the mail program may take.
    private static let lease = Duration.seconds(120)

    package init(pool: PostgresPool, archive: any ObjectStore, mail: MailConfiguration?, logger: Logger) {
        self.pool = pool
        self.archive = archive
        self.mail = mail
        self.logger = logger
    }

    package func run() async throws {
        let (wakeUps, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let wakeUp = WakeUp()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await Listener(pool.configuration, channels: [JobQueue.channel], logger: logger).run { _ in bell.yield()
                }
            }
            group.addTask { for await _ in wakeUps { await wakeUp.ring() } }
            let stopping = Stopping()
            group.addTask { await work(wakeUp, stopping) }
            await withGracefulShutdownHandler {
                await stopping.waitForSlots(1)
            } onGracefulShutdown: {
                Task {
                    await stopping.stop()
                    await wakeUp.ring()
                }
            }
            bell.finish()
            group.cancelAll()
        }
    }

    private func work(_ wakeUp: WakeUp, _ stopping: Stopping) async {
        let queue = JobQueue(pool)
        while await !stopping.isStopping, !Task.isCancelled {
            do {
                guard
                    let lease = try await queue.claim(queue: BackgroundJob.queue, worker: worker, lease: Self.lease)
                else {
                    await wakeUp.wait(atMost: .milliseconds(Int.random(in: 800...1600)))
                    continue
                }
                await run(lease, queue)
            } catch {
                logger.warning("cannot claim", metadata: ["reason": "\(error)"])
                await wakeUp.wait(atMost: .milliseconds(Int.random(in: 1000...3000)))
            }
        }
        await stopping.slotEnded()
    }

    /// Never throws: every end is an outcome in the job table, or the lease runs out.
    private func run(_ lease: Lease, _ queue: JobQueue) async {
        do {
            try await perform(lease)
            _ = try await queue.finish(lease) { _ in }
        } catch {
            let failure = Self.failure(error)
            logger.warning("job failed", metadata: ["job": "\(lease.jobID)", "code": "\(failure.code)"])
            _ = try? await queue.fail(lease, failure)
        }
    }

    private func perform(_ lease: Lease) async throws {
        switch lease.kind {
        case BackgroundJob.sendMail:
            let mail = try lease.decode(BackgroundJob.Mail.self)
            try await MailJob(pool: pool, configuration: self.mail, logger: logger).run(mail.notification)
        case BackgroundJob.erase:
            try await ErasureJob(pool: pool, archive: archive).erase(
                person: lease.decode(BackgroundJob.Erase.self).person)
        case BackgroundJob.deleteClip:
            try await ErasureJob(pool: pool, archive: archive).delete(
                clip: lease.decode(BackgroundJob.DeleteClip.self).clip)
        default:
            throw JobFailure(
                kind: .permanent, code: "unknown_kind", message: "This program knows no job of the kind \(lease.kind).")
        }
    }

    private static func failure(_ error: any Error) -> JobFailure {
        switch error {
        case let failure as JobFailure: failure
        case let error as PostgresError: JobFailure(kind: .transient, code: "database", message: error.message)
        case let error as ArchiveError: JobFailure(kind: .transient, code: "archive", message: error.description)
        default: JobFailure(kind: .transient, code: "internal", message: "\(error)")
        }
    }
}
