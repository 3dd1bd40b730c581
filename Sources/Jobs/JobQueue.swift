package import Domain
package import Foundation
package import Postgres

/// The job table. Every statement that a worker sends names its lease token; time is the database's.
package struct JobQueue: Sendable {
    let pool: PostgresPool

    /// NOTIFY channel: a job was enqueued.
    package static let channel = "pthub_jobs"

    package init(_ pool: PostgresPool) {
        self.pool = pool
    }

    /// In the caller's transaction, so that the job exists exactly when what it is about does. One wake-up is sent
    /// when the transaction commits, however many jobs it holds.
    @discardableResult
    package func enqueue(_ job: NewJob, in executor: some PostgresExecutor) async throws(PostgresError) -> Int64 {
        // A tenant that had nothing to do starts where the least active one stands, so that idle time is not saved up.
        try await executor.execute(
            """
            INSERT INTO tenant_sched AS s (tenant_id, vtime)
            SELECT \(job.tenant)::bigint, \(Self.leastActiveVirtualTime)
            ON CONFLICT (tenant_id) DO UPDATE SET vtime = GREATEST(s.vtime, EXCLUDED.vtime)
            WHERE s.running = 0 AND NOT EXISTS (
              SELECT 1 FROM job WHERE tenant_id = EXCLUDED.tenant_id AND state = 'queued')
            """)
        let rows = try await executor.query(
            """
            INSERT INTO job (tenant_id, queue, kind, priority, state, max_attempts, max_runtime, est_cost, unique_key,
                             payload)
            VALUES (\(job.tenant), \(job.queue), \(job.kind), \(job.priority), 'queued', \(job.maximumAttempts),
                    make_interval(secs => \(job.maximumRuntime.seconds)), \(job.estimatedCost), \(job.uniqueKey),
                    \(job.payload)::jsonb)
            RETURNING id
            """)
        try await executor.execute("SELECT pg_notify(\(Self.channel), \(job.queue))")
        return try rows[0].get("id")
    }

    /// Takes the tenant's row, as enqueueing and finishing do. Who also locks what jobs publish to takes this first: a
    /// finish has it when it comes to publish, and in the other order the two would wait for each other.
    package func lock(tenant: Int64, in executor: some PostgresExecutor) async throws(PostgresError) {
        try await executor.execute("SELECT 1 FROM tenant_sched WHERE tenant_id = \(tenant) FOR NO KEY UPDATE")
    }

    private static var leastActiveVirtualTime: Query {
        """
        COALESCE((SELECT min(a.vtime) FROM tenant_sched a WHERE a.running > 0 OR EXISTS (
          SELECT 1 FROM job q WHERE q.tenant_id = a.tenant_id AND q.state = 'queued')), 0)
        """
    }

    /// The next job of the tenant that has had the least; nil when there is none, or when the tenant's row was busy:
    /// ask again soon, with jitter.
    package func claim(queue: String, worker: UUID, lease: Duration) async throws(PostgresError) -> Lease? {
        let rows = try await pool.query(Self.claimStatement(queue: queue, worker: worker, lease: lease))
        guard let row = rows.first else { return nil }
        return Lease(
            jobID: try row.get("id"), token: try row.get("lease_token"), tenant: try row.get("tenant_id"),
            kind: try row.get("kind"), payload: try row.get("payload"), attempt: try row.get("attempt"),
            maximumRuntime: .seconds(try row.get("runtime", as: Double.self)))
    }

    /// A loose index scan finds the tenants with work; `NO KEY` locks leave an open enqueue's foreign-key locks alone.
    package static func claimStatement(queue: String, worker: UUID, lease: Duration) -> Query {
        """
        WITH RECURSIVE active(t) AS (
          (SELECT tenant_id FROM job WHERE state = 'queued' AND queue = \(queue) ORDER BY tenant_id LIMIT 1)
          UNION ALL
          SELECT (SELECT q.tenant_id FROM job q
                  WHERE q.state = 'queued' AND q.queue = \(queue) AND q.tenant_id > active.t
                  ORDER BY q.tenant_id LIMIT 1)
          FROM active WHERE active.t IS NOT NULL),
        tenant AS (
          SELECT s.tenant_id FROM tenant_sched s
          WHERE s.running < s.max_running AND s.tenant_id IN (SELECT t FROM active)
            AND EXISTS (SELECT 1 FROM job q WHERE q.state = 'queued' AND q.queue = \(queue)
                        AND q.tenant_id = s.tenant_id AND q.run_at <= now())
          ORDER BY s.vtime, s.tenant_id LIMIT 1 FOR NO KEY UPDATE OF s SKIP LOCKED),
        pick AS (
          SELECT q.id FROM job q JOIN tenant ON q.tenant_id = tenant.tenant_id
          WHERE q.state = 'queued' AND q.queue = \(queue) AND q.run_at <= now()
          ORDER BY q.priority, q.run_at, q.id LIMIT 1 FOR NO KEY UPDATE OF q SKIP LOCKED),
        claimed AS (
          UPDATE job SET state = 'running', attempt = attempt + 1, lease_token = lease_token + 1
          FROM pick WHERE job.id = pick.id RETURNING job.*),
        leased AS (
          INSERT INTO job_lease (job_id, lease_token, tenant_id, worker_id, expires_at, deadline_at)
          SELECT id, lease_token, tenant_id, \(worker)::uuid, now() + make_interval(secs => \(lease.seconds)),
                 now() + max_runtime
          FROM claimed),
        charged AS (
          UPDATE tenant_sched s SET running = running + 1, vtime = vtime + claimed.est_cost / s.weight
          FROM claimed WHERE s.tenant_id = claimed.tenant_id)
        SELECT id, tenant_id, lease_token, kind, payload::text AS payload, attempt,
               extract(epoch FROM max_runtime)::float8 AS runtime
        FROM claimed
        """
    }

    /// What a heartbeat says of one lease; a lease that is not answered is lost.
    package struct HeartbeatAnswer: Equatable, Sendable {
        package var cancelRequested: Bool
    }

    /// Renews all of a worker's leases and tells their progress, which never goes back, in one statement.
    package func heartbeat(
        _ entries: [(lease: Lease, progress: JobProgress)], lease: Duration
    ) async throws(PostgresError) -> [Int64: HeartbeatAnswer] {
        guard !entries.isEmpty else { return [:] }
        let (ids, tokens) = (entries.map(\.lease.jobID), entries.map(\.lease.token))
        let rows = try await pool.query(
            """
            UPDATE job_lease l
            SET expires_at = now() + make_interval(secs => \(lease.seconds)), progress = GREATEST(l.progress, v.p),
                rate = NULLIF(v.rate, -1), seconds_left = NULLIF(v.seconds, -1)
            FROM unnest(
              \(ids)::bigint[], \(tokens)::bigint[], \(entries.map(\.progress.fraction))::real[],
              \(entries.map { $0.progress.rate ?? -1 })::real[],
              \(entries.map { $0.progress.secondsLeft ?? -1 })::real[]) v(id, token, p, rate, seconds)
            WHERE l.job_id = v.id AND l.lease_token = v.token
            RETURNING l.job_id, l.cancel_requested
            """)
        var answers: [Int64: HeartbeatAnswer] = [:]
        for row in rows {
            answers[try row.get("job_id")] = HeartbeatAnswer(cancelRequested: try row.get("cancel_requested"))
        }
        return answers
    }

    /// Ends a job and publishes its result in one transaction. False: the lease was lost, nothing was written.
    package func finish(
        _ lease: Lease, result: String? = nil, publish: @Sendable (Transaction) async throws -> Void
    ) async throws -> Bool {
        do {
            return try await pool.transaction { transaction in
                let rows = try await transaction.query(Self.finishStatement(lease, result: result))
                guard try rows[0].get("fenced_ok", as: Int64.self) == 1 else { throw LostLease() }
                try await publish(transaction)
                return true
            }
        } catch is LostLease {
            return false
        }
    }

    private struct LostLease: Error {}

    package static func finishStatement(_ lease: Lease, result: String?) -> Query {
        """
        WITH f AS (
          DELETE FROM job_lease WHERE job_id = \(lease.jobID) AND lease_token = \(lease.token)
          RETURNING job_id, tenant_id),
        u AS (
          UPDATE job SET state = 'succeeded', finished_at = now(), result = \(result)::jsonb, last_error = NULL
          FROM f WHERE id = f.job_id RETURNING id, merge_id),
        t AS (UPDATE tenant_sched s SET running = running - 1 FROM f WHERE s.tenant_id = f.tenant_id),
        m AS (
          UPDATE job p SET deps_left = p.deps_left - 1,
            state = CASE WHEN p.deps_left = 1 THEN 'queued'::job_state ELSE p.state END
          FROM u WHERE p.id = u.merge_id AND p.state = 'blocked')
        SELECT (SELECT count(*) FROM f) AS fenced_ok
        """
    }

    package enum FailOutcome: Equatable, Sendable {
        case retrying(at: Date)
        case dead
        /// The lease was lost before: nothing was written.
        case fenced
    }

    /// Ends a try that failed: back to the queue with backoff, or dead, as `RetryPolicy` says.
    /// `whenDead` writes what belongs to the end of a job in the same transaction.
    package func fail(
        _ lease: Lease, _ failure: JobFailure, whenDead: @Sendable (Transaction) async throws -> Void = { _ in }
    ) async throws -> FailOutcome {
        try await pool.transaction { transaction in
            let rows = try await transaction.query(
                """
                WITH f AS (
                  DELETE FROM job_lease WHERE job_id = \(lease.jobID) AND lease_token = \(lease.token)
                  RETURNING job_id, tenant_id),
                t AS (UPDATE tenant_sched s SET running = running - 1 FROM f WHERE s.tenant_id = f.tenant_id)
                SELECT j.attempt, j.max_attempts, j.crashes, j.merge_id FROM f JOIN job j ON j.id = f.job_id
                """)
            guard let row = rows.first else { return .fenced }
            let (attempt, crashes): (Int, Int) = (try row.get("attempt"), try row.get("crashes"))
            let isRetried = RetryPolicy.isRetried(
                failure.kind, attempt: attempt, maximumAttempts: try row.get("max_attempts"), crashes: crashes)
            let crashed: Int16 = failure.kind == .crash ? 1 : 0
            guard isRetried else {
                let state = failure.kind == .cancelled ? JobState.cancelled : .dead
                try await transaction.execute(
                    """
                    UPDATE job SET state = \(state.rawValue)::job_state, finished_at = now(),
                      crashes = crashes + \(crashed)::smallint, last_error = \(JSON(failure))::jsonb
                    WHERE id = \(lease.jobID)
                    """)
                if let merge: Int64 = try row.optional("merge_id") {
                    try await Self.failMerge(merge, failure, transaction)
                }
                if state == .dead { try await whenDead(transaction) }
                return .dead
            }
            let updated = try await transaction.query(
                """
                UPDATE job SET state = 'queued', crashes = crashes + \(crashed)::smallint,
                  run_at = now() + make_interval(
                    secs => \(RetryPolicy.backoff(attempt: attempt)) * (0.5 + random() * 0.5)),
                  last_error = \(JSON(failure))::jsonb
                WHERE id = \(lease.jobID) RETURNING run_at
                """)
            return .retrying(at: try updated[0].get("run_at"))
        }
    }

    /// A merge cannot succeed without all its segments: it dies, and the segments that are left are cancelled.
    private static func failMerge(_ merge: Int64, _ failure: JobFailure, _ transaction: Transaction) async throws {
        try await transaction.execute(
            """
            UPDATE job SET state = 'dead', finished_at = now(), last_error = \(JSON(failure))::jsonb
            WHERE id = \(merge) AND state = 'blocked'
            """)
        try await transaction.execute(
            "UPDATE job SET state = 'cancelled', finished_at = now() WHERE merge_id = \(merge) AND state = 'queued'")
        try await transaction.execute(
            """
            UPDATE job_lease SET cancel_requested = true
            WHERE job_id IN (SELECT id FROM job WHERE merge_id = \(merge) AND state = 'running')
            """)
    }

    /// Gives a job back at once, for a worker that is told to stop: the try is not counted. False: it was lost before.
    package func release(_ lease: Lease) async throws(PostgresError) -> Bool {
        let rows = try await pool.query(
            """
            WITH f AS (
              DELETE FROM job_lease WHERE job_id = \(lease.jobID) AND lease_token = \(lease.token)
              RETURNING job_id, tenant_id),
            u AS (
              UPDATE job SET state = 'queued', attempt = attempt - 1, run_at = now() FROM f WHERE id = f.job_id),
            t AS (UPDATE tenant_sched s SET running = running - 1 FROM f WHERE s.tenant_id = f.tenant_id),
            n AS (SELECT pg_notify(\(Self.channel), '') FROM f)
            SELECT (SELECT count(*) FROM f) AS released, (SELECT count(*) FROM n) AS notified
            """)
        return try rows[0].get("released", as: Int64.self) == 1
    }
}

extension Duration {
    /// Whole and fractional seconds.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
