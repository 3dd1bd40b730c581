import Archive
import Domain
import Foundation
import Jobs
import Postgres
import Store

/// Objects and derivatives of an erased person or a deleted clip, then their rows. Every step may be done again.
struct ErasureJob: Sendable {
    let pool: PostgresPool
    let archive: any ObjectStore

    func erase(person: Int64) async throws {
        try await removeObjects(try await Erasure(pool).remains(of: person))
        try await pool.transaction { try await Erasure($0).remove(person) }
    }

    func delete(clip: UUID) async throws {
        try await removeObjects(try await Erasure(pool).remains(ofClip: clip))
        try await pool.transaction { try await Erasure($0).remove(clip: clip) }
    }

    private func removeObjects(_ remains: Erasure.Remains) async throws {
        guard try await haveEnded(remains.jobs) else {
            throw JobFailure(
                kind: .transient, code: "analysis_running", message: "An analysis of the clip has not stopped yet.")
        }
        for upload in remains.uploads { try await archive.abortUpload(upload) }
        for clip in remains.clips {
            let name = clip.uuidString.lowercased()
            try await archive.deleteAll(under: try ObjectKey(validating: "clips/" + name))
            try await archive.deleteAll(under: try ObjectKey(validating: name))
        }
    }

    /// Cancels; false while one still runs and could write objects anew.
    private func haveEnded(_ jobs: [Int64]) async throws -> Bool {
        let queue = JobQueue(pool)
        var haveEnded = true
        for job in jobs {
            _ = try await queue.cancel(job)
            haveEnded = try await queue.status(job)?.state.isFinal ?? true && haveEnded
        }
        return haveEnded
    }
}
