package import Foundation
import Jobs
package import Postgres

/// The table `notification`: e-mails that are to be sent, written in the transaction of what they tell. The job that
/// sends one is in the same transaction, so that an e-mail goes out exactly when its cause is there, and a mail server
/// that is down holds nothing up.
package struct Outbox: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case invited
        case passwordReset = "password_reset"
        case assigned
        case feedbackPublished = "feedback_published"
        case bookingChanged = "booking_changed"
        case jobFailed = "job_failed"
    }

    /// One e-mail to be written and sent.
    package struct Notification: Sendable {
        package var id: Int64
        package var kind: Kind
        package var person: Int64?
        package var invitation: Int64?
        package var reset: Int64?
        /// Names a row: a clip, a program, a booking.
        package var subject: String
        package var isSent: Bool
    }

    let database: any PostgresExecutor
    private let queue: JobQueue

    /// `pool` is where the job queue lives; nothing is written outside `database`.
    package init(_ database: any PostgresExecutor, pool: PostgresPool) {
        self.database = database
        queue = JobQueue(pool)
    }

    /// Tells a person. `subject` names a row, never its content.
    package func tell(_ person: Int64, _ kind: Kind, subject: String = "") async throws {
        try await add("(kind, person_id, subject) VALUES (\(kind.rawValue), \(person), \(subject))", tenant: person)
    }

    package func invite(_ invitation: Invitations.Invitation) async throws {
        try await add(
            "(kind, invitation_id) VALUES (\(Kind.invited.rawValue), \(invitation.id))", tenant: invitation.invitedBy)
    }

    package func resetPassword(of person: Int64, reset: Int64) async throws {
        try await add(
            "(kind, person_id, reset_id) VALUES (\(Kind.passwordReset.rawValue), \(person), \(reset))", tenant: person)
    }

    package func find(_ id: Int64) async throws(PostgresError) -> Notification? {
        let rows = try await database.query("SELECT * FROM notification WHERE id = \(id)")
        guard let row = rows.first, let kind = Kind(rawValue: try row.get("kind")) else { return nil }
        return Notification(
            id: id, kind: kind, person: try row.optional("person_id"), invitation: try row.optional("invitation_id"),
            reset: try row.optional("reset_id"), subject: try row.get("subject"),
            isSent: try row.optional("sent_at", as: Date.self) != nil)
    }

    package func markSent(_ id: Int64) async throws(PostgresError) {
        try await database.execute("UPDATE notification SET sent_at = now() WHERE id = \(id)")
    }

    /// There is no way to send it.
    package func markNotSent(_ id: Int64, reason: String) async throws(PostgresError) {
        try await database.execute("UPDATE notification SET not_sent = \(reason) WHERE id = \(id)")
    }

    private func add(_ values: Query, tenant: Int64) async throws {
        let rows = try await database.query("INSERT INTO notification \(values) RETURNING id")
        let id: Int64 = try rows[0].get("id")
        try await queue.enqueue(
            NewJob(
                tenant: tenant, queue: BackgroundJob.queue, kind: BackgroundJob.sendMail,
                payload: BackgroundJob.Mail(notification: id), uniqueKey: "\(id)", estimatedCost: 0.1,
                maximumRuntime: .seconds(60), maximumAttempts: 12),
            in: database)
    }
}

/// Jobs that need no child process: e-mails and erasure.
package enum BackgroundJob {
    package static let queue = "background"
    package static let sendMail = "send_mail"
    package static let erase = "erase_person"
    package static let deleteClip = "delete_clip"

    package struct Mail: Codable, Sendable { package var notification: Int64 }
    package struct Erase: Codable, Sendable { package var person: Int64 }
    package struct DeleteClip: Codable, Sendable { package var clip: UUID }
}
