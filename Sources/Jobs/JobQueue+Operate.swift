import Domain
import Foundation
package import Postgres

/// What people do with jobs: look, cancel, try again.
extension JobQueue {
    package func status(_ id: Int64) async throws(PostgresError) -> JobStatus? {
        try await statuses("WHERE j.id = \(id)").first
    }

    /// The newest jobs first; nil: of every state.
    package func list(state: JobState? = nil, limit: Int = 50) async throws(PostgresError) -> [JobStatus] {
        guard let state else { return try await statuses("ORDER BY j.id DESC LIMIT \(limit)") }
        return try await statuses("WHERE j.state = \(state.rawValue)::job_state ORDER BY j.id DESC LIMIT \(limit)")
    }

    package func depth() async throws(PostgresError) -> [QueueDepth] {
        let rows = try await pool.query(
            "SELECT queue, state::text AS state, count(*) AS count FROM job GROUP BY 1, 2 ORDER BY 1, 2")
        var depths: [QueueDepth] = []
        for row in rows {
            guard let state = JobState(rawValue: try row.get("state")) else { continue }
            depths.append(QueueDepth(queue: try row.get("queue"), state: state, count: try row.get("count")))
        }
        return depths
    }

    /// A job that waits is cancelled at once; one that runs is told with its next heartbeat. False: it has ended.
    package func cancel(_ id: Int64) async throws -> Bool {
        try await pool.transaction { transaction in
            let failure = JobFailure(kind: .cancelled, code: "cancelled", message: "The job was cancelled.")
            let waiting = try await transaction.execute(
                """
                UPDATE job SET state = 'cancelled', finished_at = now(), last_error = \(JSON(failure))::jsonb
                WHERE id = \(id) AND state IN ('queued', 'blocked')
                """)
            let running = try await transaction.execute(
                "UPDATE job_lease SET cancel_requested = true WHERE job_id = \(id)")
            return waiting + running > 0
        }
    }

    /// Queues a dead or cancelled job again, with all its tries. False: it is in another state.
    package func retry(_ id: Int64) async throws(PostgresError) -> Bool {
        let count = try await pool.execute(
            """
            UPDATE job SET state = 'queued', finished_at = NULL, attempt = 0, crashes = 0, run_at = now(),
              last_error = NULL
            WHERE id = \(id) AND state IN ('dead', 'cancelled')
            """)
        if count > 0 { try await pool.execute("SELECT pg_notify(\(Self.channel), '')") }
        return count > 0
    }

    private func statuses(_ condition: Query) async throws(PostgresError) -> [JobStatus] {
        let rows = try await pool.query(
            """
            SELECT j.id, j.kind, j.queue, j.tenant_id, j.state::text AS state, j.attempt, j.last_error::text AS last_error,
                   j.created_at, j.finished_at, COALESCE(l.progress, 0) AS progress
            FROM job j LEFT JOIN job_lease l ON l.job_id = j.id \(condition)
            """)
        var statuses: [JobStatus] = []
        for row in rows {
            let error: JSON<JobFailure>? = try row.optional("last_error")
            statuses.append(
                JobStatus(
                    id: try row.get("id"), kind: try row.get("kind"), queue: try row.get("queue"),
                    tenant: try row.get("tenant_id"), state: JobState(rawValue: try row.get("state")) ?? .dead,
                    progress: try row.get("progress"), attempt: try row.get("attempt"), lastError: error?.value,
                    createdAt: try row.get("created_at"), finishedAt: try row.optional("finished_at")))
        }
        return statuses
    }
}
