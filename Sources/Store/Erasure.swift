package import Foundation
import Jobs
package import Postgres

/// A client is erased in three steps: the tombstone, with everything that identifies them, in the request; objects and
/// derivatives, then the rows, by a job that goes on until it is done. Rows of a client fall with their person: every
/// table's reference to a client is ON DELETE CASCADE.
package struct Erasure: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// Signs the person out everywhere, takes names and address away, hides their clips, and enqueues the rest.
    package func begin(_ person: Int64, pool: PostgresPool) async throws {
        try await removeTraces(of: person)
        try await AuthSessions(database).revokeAll(of: person)
        try await APITokens(database).revokeAll(of: person)
        try await database.execute(
            """
            UPDATE person SET is_active = false, erased_at = now(), email = 'erased-' || id || '@invalid',
              first_name = '', last_name = '', instagram = '', password_salt = NULL, password_hash = NULL,
              version = version + 1
            WHERE id = \(person)
            """)
        try await database.execute(
            "UPDATE trainer_client SET until = now() WHERE client_id = \(person) AND until IS NULL")
        try await database.execute(
            "UPDATE clip SET deleted_at = now() WHERE client_id = \(person) AND deleted_at IS NULL")
        try await JobQueue(pool).enqueue(
            NewJob(
                tenant: person, queue: BackgroundJob.queue, kind: BackgroundJob.erase,
                payload: BackgroundJob.Erase(person: person), uniqueKey: "\(person)", maximumAttempts: 1000),
            in: database)
    }

    /// What holds the address or the name outside the person's own rows: tries at signing in, invitations, and the
    /// answers that were kept for those who had to do with the person.
    private func removeTraces(of person: Int64) async throws(PostgresError) {
        try await database.execute(
            """
            DELETE FROM sign_in_failure f USING person p WHERE p.id = \(person) AND f.account = p.email
            """)
        try await database.execute(
            """
            DELETE FROM idempotency_key k WHERE k.person_id IN (
              SELECT \(person)::bigint
              UNION SELECT trainer_id FROM trainer_client WHERE client_id = \(person)
              UNION SELECT i.invited_by FROM invitation i JOIN person p ON p.email = i.email WHERE p.id = \(person)
              UNION SELECT id FROM person WHERE role = 'admin')
            """)
        try await database.execute(
            "DELETE FROM invitation i USING person p WHERE p.id = \(person) AND i.email = p.email")
    }

    /// What an erased person, or a deleted clip, still has in the archive.
    package struct Remains: Sendable {
        package var clips: [UUID]
        package var uploads: [UUID]
        /// Jobs that have not ended: they could write objects anew.
        package var jobs: [Int64]
    }

    package func remains(of person: Int64) async throws(PostgresError) -> Remains {
        Remains(
            clips: try await ids("SELECT id FROM clip WHERE client_id = \(person)"),
            uploads: try await ids("SELECT id FROM upload WHERE client_id = \(person)"),
            jobs: try await jobs("c.client_id = \(person)"))
    }

    package func remains(ofClip clip: UUID) async throws(PostgresError) -> Remains {
        Remains(
            clips: try await ids("SELECT id FROM clip WHERE id = \(clip) AND deleted_at IS NOT NULL"), uploads: [],
            jobs: try await jobs("c.id = \(clip) AND c.deleted_at IS NOT NULL"))
    }

    /// The last step for a person; the audit event stays.
    package func remove(_ person: Int64) async throws(PostgresError) {
        let count = try await database.execute("DELETE FROM person WHERE id = \(person) AND erased_at IS NOT NULL")
        if count > 0 { try await Audit(database).record(.erased, by: nil, subject: "person \(person)") }
    }

    /// The last step for a clip.
    package func remove(clip: UUID) async throws(PostgresError) {
        try await database.execute("DELETE FROM upload WHERE clip_id = \(clip)")
        let count = try await database.execute("DELETE FROM clip WHERE id = \(clip) AND deleted_at IS NOT NULL")
        let name = clip.uuidString.lowercased()
        if count > 0 { try await Audit(database).record(.erased, by: nil, subject: "clip \(name)") }
    }

    private func ids(_ query: Query) async throws(PostgresError) -> [UUID] {
        try await database.query(query).map { row throws(PostgresError) in try row.get("id") }
    }

    private func jobs(_ condition: Query) async throws(PostgresError) -> [Int64] {
        let rows = try await database.query(
            """
            SELECT j.id FROM clip c JOIN job j ON j.id = c.job_id
            WHERE j.state IN ('queued', 'running', 'blocked') AND \(condition)
            """)
        return try rows.map { row throws(PostgresError) in try row.get("id") }
    }
}
