package import Foundation
import Jobs
package import Postgres

/// Jobs that judge analysed clips again.
package enum RescoreJobs {
    /// One job a clip, after all analysis of its trainer; the number of jobs, without clips that have one waiting.
    package static func enqueue(
        _ clips: [(id: UUID, owner: Int64)], _ pool: PostgresPool
    ) async throws -> Int {
        let queue = JobQueue(pool)
        var count = 0
        for clip in clips {
            do {
                _ = try await pool.transaction { transaction in
                    try await queue.enqueue(try job(clip.id, clip.owner), in: transaction)
                }
                count += 1
            } catch let error as PostgresError where error.isUniqueViolation {
                continue
            }
        }
        return count
    }

    /// The same for one clip in the caller's transaction, which holds the clip's row and, from before, its tenant's.
    package static func enqueue(
        _ clip: UUID, owner: Int64, in transaction: some PostgresExecutor, _ pool: PostgresPool
    ) async throws {
        try await transaction.execute("SAVEPOINT rescore")
        do {
            try await JobQueue(pool).enqueue(try job(clip, owner), in: transaction)
        } catch let error as PostgresError where error.isUniqueViolation {
            // The one that waits or runs sees what changed when it is done.
            try await transaction.execute("ROLLBACK TO SAVEPOINT rescore")
        }
        try await transaction.execute("RELEASE SAVEPOINT rescore")
    }

    /// Analysed clips of a trainer and a client, after what they are judged by has changed.
    package static func enqueue(
        trainer: Int64, client: Int64, in transaction: some PostgresExecutor, _ pool: PostgresPool
    ) async throws {
        try await JobQueue(pool).lock(tenant: trainer, in: transaction)
        // All of them are locked: an analysis that is about to publish waits, and then sees the change.
        let rows = try await transaction.query(
            """
            SELECT id, track_key FROM clip
            WHERE client_id = \(client) AND owner_id = \(trainer) AND deleted_at IS NULL ORDER BY id FOR UPDATE
            """)
        for row in rows where try row.optional("track_key", as: String.self) != nil {
            try await enqueue(try row.get("id"), owner: trainer, in: transaction, pool)
        }
    }

    private static func job(_ clip: UUID, _ owner: Int64) throws -> NewJob {
        try NewJob(
            tenant: owner, kind: RescorePayload.kind, payload: RescorePayload(clip: clip),
            uniqueKey: clip.uuidString.lowercased(), priority: 3, estimatedCost: 0.1)
    }
}
