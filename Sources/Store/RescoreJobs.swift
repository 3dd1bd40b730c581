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
                    try await queue.enqueue(
                        NewJob(
                            tenant: clip.owner, kind: RescorePayload.kind, payload: RescorePayload(clip: clip.id),
                            uniqueKey: clip.id.uuidString.lowercased(), priority: 3, estimatedCost: 0.1),
                        in: transaction)
                }
                count += 1
            } catch let error as PostgresError where error.isUniqueViolation {
                continue
            }
        }
        return count
    }
}
