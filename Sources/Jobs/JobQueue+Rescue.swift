import Domain
package import Postgres

extension JobQueue {
    /// A job whose worker is gone, or that ran past its deadline.
    package struct RescuedJob: Equatable, Sendable {
        package var id: Int64
        package var state: JobState
    }

    /// Takes back leases that expired (the worker is gone) or passed their deadline (a hang that still heartbeats):
    /// queued again with backoff, or dead when that has happened too often. Any worker may call it at any time.
    /// `whenDead` writes what belongs to the end of a job in the same transaction.
    package func rescue(
        whenDead: @Sendable (Int64, Transaction) async throws -> Void = { _, _ in }
    ) async throws -> [RescuedJob] {
        try await pool.transaction { transaction in
            var rescued: [RescuedJob] = []
            for row in try await transaction.query(Self.rescueStatement) {
                let state = JobState(rawValue: try row.get("state")) ?? .queued
                rescued.append(RescuedJob(id: try row.get("id"), state: state))
            }
            for job in rescued where job.state == .dead { try await whenDead(job.id, transaction) }
            return rescued
        }
    }

    package static var rescueStatement: Query {
        """
        WITH x AS (
          SELECT job_id, lease_token, tenant_id, expires_at < now() AS lost FROM job_lease
          WHERE expires_at < now() OR deadline_at < now() LIMIT 100 FOR UPDATE SKIP LOCKED),
        d AS (
          DELETE FROM job_lease l USING x WHERE l.job_id = x.job_id AND l.lease_token = x.lease_token
          RETURNING l.job_id, l.tenant_id),
        u AS (
          UPDATE job b SET
            state = CASE WHEN b.attempt >= b.max_attempts OR b.crashes + 1 >= \(RetryPolicy.maximumCrashes)
              THEN 'dead'::job_state ELSE 'queued'::job_state END,
            finished_at = CASE WHEN b.attempt >= b.max_attempts OR b.crashes + 1 >= \(RetryPolicy.maximumCrashes)
              THEN now() END,
            crashes = b.crashes + 1,
            run_at = now() + make_interval(secs => least(300, 2 ^ (b.attempt - 1)) * (0.5 + random() * 0.5)),
            last_error = jsonb_build_object(
              'kind', 'crash', 'code', CASE WHEN x.lost THEN 'worker_lost' ELSE 'deadline' END,
              'message', CASE WHEN x.lost THEN 'The worker that analysed the clip stopped answering.'
                ELSE 'The analysis took longer than it may.' END)
          FROM x WHERE b.id = x.job_id AND b.state = 'running' RETURNING b.id, b.state),
        t AS (
          UPDATE tenant_sched s SET running = running - n.c
          FROM (SELECT tenant_id, count(*)::int c FROM d GROUP BY 1) n WHERE s.tenant_id = n.tenant_id)
        SELECT id, state::text AS state FROM u
        """
    }
}
