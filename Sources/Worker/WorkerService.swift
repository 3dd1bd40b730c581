package import Archive
import Domain
import Foundation
import Jobs
package import Logging
package import Postgres
import ServiceLifecycle
import Store

/// Claims jobs and runs them, as many at once as configured, until it is told to stop. On a graceful shutdown it claims
/// no more, lets what runs finish within the grace period, and gives the rest back.
package struct WorkerService: Service {
    private let pool: PostgresPool
    private let queue: JobQueue
    private let archive: any ObjectStore
    private let configuration: WorkerConfiguration
    private let logger: Logger
    private let worker = UUID()
    private let running = RunningJobs()

    package init(
        pool: PostgresPool, archive: any ObjectStore, configuration: WorkerConfiguration, logger: Logger
    ) {
        self.pool = pool
        queue = JobQueue(pool)
        self.archive = archive
        self.configuration = configuration
        self.logger = logger
    }

    package func run() async throws {
        let (wakeUps, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let wakeUp = WakeUp()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await listen(bell) }
            group.addTask { for await _ in wakeUps { await wakeUp.ring() } }
            group.addTask { await heartbeat() }
            group.addTask { await rescue() }
            let stopping = Stopping()
            for _ in 0..<configuration.concurrency {
                group.addTask { await work(wakeUp, stopping) }
            }
            await withGracefulShutdownHandler {
                await stopping.waitForSlots(configuration.concurrency)
            } onGracefulShutdown: {
                Task { await drain(stopping, wakeUp) }
            }
            bell.finish()
            group.cancelAll()
        }
    }

    private func listen(_ bell: AsyncStream<Void>.Continuation) async {
        let listener = Listener(pool.configuration, channels: [JobQueue.channel], logger: logger)
        await listener.run { _ in bell.yield() }
    }

    /// One slot: claims, runs, claims again. Waits for a wake-up or a short while when there is nothing to do.
    private func work(_ wakeUp: WakeUp, _ stopping: Stopping) async {
        while await !stopping.isStopping, !Task.isCancelled {
            do {
                guard
                    let lease = try await queue.claim(
                        queue: configuration.queue, worker: worker, lease: configuration.lease)
                else {
                    await wakeUp.wait(atMost: .milliseconds(Int.random(in: 800...1600)))
                    continue
                }
                await running.add(lease)
                await ClipJob(
                    lease: lease, queue: queue, pool: pool, archive: archive, configuration: configuration,
                    running: running, logger: logger
                ).run()
                await running.remove(lease)
            } catch {
                logger.warning("cannot claim", metadata: ["reason": "\(error)"])
                await wakeUp.wait(atMost: .milliseconds(Int.random(in: 1000...3000)))
            }
        }
        await stopping.slotEnded()
    }

    /// Renews all leases every third of their length; a job whose lease is not ours any more is killed. Without an
    /// answer for a whole lease, by this machine's steady clock, all of them are given up.
    private func heartbeat() async {
        let clock = ContinuousClock()
        var answered = clock.now
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(min(configuration.lease.seconds / 3, 1)))
            await running.endSilent(after: configuration.maximumSilence)
            let leases = await running.leases
            guard !leases.isEmpty else {
                answered = clock.now
                continue
            }
            do {
                let answers = try await queue.heartbeat(leases, lease: configuration.lease)
                answered = clock.now
                for (lease, _) in leases {
                    guard let answer = answers[lease.jobID] else {
                        await running.end(lease.jobID, .lost)
                        continue
                    }
                    if answer.cancelRequested { await running.end(lease.jobID, .cancelled) }
                }
            } catch {
                logger.warning("no answer to the heartbeat", metadata: ["reason": "\(error)"])
                if clock.now - answered > configuration.lease { await running.endAll(.lost) }
            }
        }
    }

    private func rescue() async {
        while !Task.isCancelled {
            let third = configuration.lease.seconds / 3
            try? await Task.sleep(for: .seconds(third * Double.random(in: 0.5...1)))
            let rescued = try? await queue.rescue { [pool] job, transaction in
                try await Clips(transaction).tellFailure(ofJob: job, pool: pool)
            }
            for job in rescued ?? [] {
                logger.warning("rescued", metadata: ["job": "\(job.id)", "state": "\(job.state.rawValue)"])
            }
        }
    }

    private func drain(_ stopping: Stopping, _ wakeUp: WakeUp) async {
        await stopping.stop()
        await wakeUp.ring()
        try? await Task.sleep(for: configuration.grace)
        await running.endAll(.drained)
    }
}

/// Lets slots sleep until there may be work.
actor WakeUp {
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var next = 0

    func ring() {
        let all = waiters.values
        waiters = [:]
        all.forEach { $0.resume() }
    }

    func wait(atMost time: Duration) async {
        let id = next
        next += 1
        let timer = Task {
            try await Task.sleep(for: time)
            waiters.removeValue(forKey: id)?.resume()
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiters[id] = $0 }
        } onCancel: {
            Task { await self.wake(id) }
        }
        timer.cancel()
    }

    private func wake(_ id: Int) { waiters.removeValue(forKey: id)?.resume() }
}

/// Whether the worker is to stop, and whether all of its slots have.
actor Stopping {
    private(set) var isStopping = false
    private var ended = 0
    private var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?

    func stop() { isStopping = true }

    func slotEnded() {
        ended += 1
        if let waiting, ended >= waiting.count {
            self.waiting = nil
            waiting.continuation.resume()
        }
    }

    func waitForSlots(_ count: Int) async {
        if ended >= count { return }
        await withCheckedContinuation { waiting = (count, $0) }
    }
}
