import Domain
import Foundation
import Jobs
import Postgres
import Support
import Testing

/// The queue's promises on a real PostgreSQL.
@Suite struct JobQueueTests {
    private let worker = UUID()
    private let lease = Duration.seconds(30)

    private func job(tenant: Int64 = 1, key: String? = nil, attempts: Int16 = 5) throws -> NewJob {
        try NewJob(tenant: tenant, kind: "test", payload: ["n": 1], uniqueKey: key, maximumAttempts: attempts)
    }

    private func claim(_ queue: JobQueue) async throws -> Lease {
        try #require(try await queue.claim(queue: "analysis", worker: worker, lease: lease))
    }

    @Test("A job is claimed once and ends once")
    func lifeCycle() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            let id = try await queue.enqueue(job(), in: pool)
            let lease = try await claim(queue)
            #expect(lease.jobID == id)
            #expect(try await queue.claim(queue: "analysis", worker: worker, lease: self.lease) == nil)
            #expect(try await queue.finish(lease) { _ in })
            #expect(try await queue.status(id)?.state == .succeeded)
        }
    }

    @Test("A job that its transaction takes back was never there")
    func enqueueRollsBack() async throws {
        struct Stop: Error {}
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            let job = try job()
            await #expect(throws: Stop.self) {
                try await pool.transaction { transaction in
                    try await queue.enqueue(job, in: transaction)
                    throw Stop()
                }
            }
            #expect(try await queue.list().isEmpty)
        }
    }

    @Test("With a stale token nothing is written: heartbeat, finish, fail, release")
    func stale() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            let id = try await queue.enqueue(job(), in: pool)
            let old = try await claim(queue)
            #expect(try await queue.release(old))
            let new = try await claim(queue)
            #expect(new.token > old.token)
            #expect(try await queue.heartbeat([(old, JobProgress(0.9))], lease: lease).isEmpty)
            let published = try await queue.finish(old) { transaction in
                try await transaction.execute("UPDATE job SET priority = 9")
            }
            #expect(!published)
            #expect(
                try await queue.fail(old, JobFailure(kind: .permanent, code: "x", message: "x")) == .fenced)
            #expect(try await !queue.release(old))
            let status = try #require(try await queue.status(id))
            #expect(status.state == .running)
            #expect(status.progress == 0)
            #expect(status.lastError == nil)
        }
    }

    @Test("What publishing throws leaves the job as it was")
    func publishFails() async throws {
        struct Stop: Error {}
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            let id = try await queue.enqueue(job(), in: pool)
            let lease = try await claim(queue)
            await #expect(throws: Stop.self) { _ = try await queue.finish(lease) { _ in throw Stop() } }
            #expect(try await queue.status(id)?.state == .running)
            #expect(try await queue.finish(lease) { _ in })
        }
    }

    @Test("Progress is seen, and never goes back")
    func progress() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            let id = try await queue.enqueue(job(), in: pool)
            let lease = try await claim(queue)
            _ = try await queue.heartbeat([(lease, JobProgress(0.5, rate: 90, secondsLeft: 3))], lease: self.lease)
            _ = try await queue.heartbeat([(lease, JobProgress(0.25))], lease: self.lease)
            #expect(try await queue.status(id)?.progress == 0.5)
        }
    }

    @Test("A permanent failure is final at once, with its reason")
    func permanent() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            let id = try await queue.enqueue(job(), in: pool)
            let failure = JobFailure(kind: .permanent, code: "not_a_video", message: "This is not a video.")
            #expect(try await queue.fail(claim(queue), failure) == .dead)
            let status = try #require(try await queue.status(id))
            #expect(status.state == .dead)
            #expect(status.lastError == failure)
        }
    }

    @Test("A transient failure is tried again until the tries are used up")
    func transient() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            try await queue.enqueue(job(attempts: 2), in: pool)
            let failure = JobFailure(kind: .transient, code: "storage", message: "The archive is away.")
            guard case .retrying(let at) = try await queue.fail(claim(queue), failure) else {
                Issue.record("the first failure was final")
                return
            }
            #expect(at > Date(timeIntervalSinceNow: -5))
            try await pool.execute("UPDATE job SET run_at = now()")
            #expect(try await queue.fail(claim(queue), failure) == .dead)
        }
    }

    @Test("An expired lease is rescued; the third crash is poison")
    func rescue() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            let id = try await queue.enqueue(job(), in: pool)
            for crash in 1...3 {
                _ = try await claim(queue)
                #expect(try await queue.rescue().isEmpty)
                try await pool.execute("UPDATE job_lease SET expires_at = now() - interval '1 second'")
                let rescued = try await queue.rescue()
                #expect(rescued.map(\.id) == [id])
                #expect(rescued.map(\.state) == [crash < 3 ? .queued : .dead])
                try await pool.execute("UPDATE job SET run_at = now()")
            }
            #expect(try await queue.status(id)?.lastError?.code == "worker_lost")
            let running = try await pool.query("SELECT running FROM tenant_sched")[0].get("running", as: Int.self)
            #expect(running == 0)
        }
    }

    @Test("A hang that still heartbeats ends at its deadline")
    func deadline() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            let id = try await queue.enqueue(job(), in: pool)
            let lease = try await claim(queue)
            try await pool.execute("UPDATE job_lease SET deadline_at = now() - interval '1 second'")
            #expect(try await queue.heartbeat([(lease, JobProgress(0.1))], lease: self.lease).count == 1)
            #expect(try await queue.rescue().map(\.id) == [id])
            #expect(try await queue.status(id)?.lastError?.code == "deadline")
            #expect(try await queue.heartbeat([(lease, JobProgress(0.2))], lease: self.lease).isEmpty)
        }
    }

    @Test("A running job learns of its cancellation by the heartbeat")
    func cancel() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            let waiting = try await queue.enqueue(job(), in: pool)
            #expect(try await queue.cancel(waiting))
            #expect(try await queue.status(waiting)?.state == .cancelled)
            let running = try await queue.enqueue(job(), in: pool)
            let lease = try await claim(queue)
            #expect(try await queue.cancel(running))
            #expect(
                try await queue.heartbeat([(lease, JobProgress(0))], lease: self.lease)[running]?.cancelRequested
                    == true)
            #expect(try await queue.retry(waiting))
        }
    }

    @Test("A unique key holds one unfinished job")
    func uniqueKey() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            try await queue.enqueue(job(key: "clip"), in: pool)
            let again = try job(key: "clip")
            let error = await #expect(throws: PostgresError.self) { try await queue.enqueue(again, in: pool) }
            #expect(error?.isUniqueViolation == true)
        }
    }

    @Test("Eight claimers at once never run more than a tenant's cap, and every job once")
    func cap() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            for _ in 0..<12 { try await queue.enqueue(job(), in: pool) }
            try await pool.execute("UPDATE tenant_sched SET max_running = 3")
            let claimed = try await withThrowingTaskGroup(of: [Lease].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var mine: [Lease] = []
                        for _ in 0..<10 {
                            if let lease = try await queue.claim(queue: "analysis", worker: UUID(), lease: .seconds(30))
                            {
                                mine.append(lease)
                            }
                        }
                        return mine
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 3)
            #expect(Set(claimed.map(\.jobID)).count == 3)
        }
    }

    @Test("Two tenants take turns, however many jobs one has")
    func fairness() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let queue = JobQueue(pool)
            for _ in 0..<6 { try await queue.enqueue(job(tenant: 1), in: pool) }
            for _ in 0..<3 { try await queue.enqueue(job(tenant: 2), in: pool) }
            var order: [Int64] = []
            for _ in 0..<6 {
                let lease = try await claim(queue)
                order.append(lease.tenant)
                _ = try await queue.finish(lease) { _ in }
            }
            #expect(order.filter { $0 == 2 }.count == 3)
            #expect(zip(order, order.dropFirst()).allSatisfy { $0 != $1 })
        }
    }
}
