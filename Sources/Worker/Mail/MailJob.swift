import Domain
import Foundation
import Logging
import Postgres
import Store

/// Writes and sends one notification. The secret of a link is made here, when its e-mail is written, so that it stands
/// in no table; a second try makes a new one, and the e-mail that came last holds the link that works.
struct MailJob: Sendable {
    let pool: PostgresPool
    let configuration: MailConfiguration?
    let logger: Logger

    func run(_ id: Int64) async throws {
        // What it told of is gone, or an earlier try did send it.
        guard let notification = try await Outbox(pool, pool: pool).find(id), !notification.isSent else { return }
        guard let configuration else {
            try await Outbox(pool, pool: pool).markNotSent(id, reason: "mail_not_configured")
            logger.info(
                "e-mail not sent: no mail program is configured (PTHUB_MAIL_COMMAND)",
                metadata: ["notification": "\(id)", "kind": "\(notification.kind.rawValue)"])
            return
        }
        guard let message = try await message(notification, configuration) else { return }
        try await MailProgram(configuration: configuration).send(message)
        try await Outbox(pool, pool: pool).markSent(id)
    }

    /// Nil when there is nobody or nothing to write to any more.
    private func message(
        _ notification: Outbox.Notification, _ configuration: MailConfiguration
    ) async throws -> MailMessage? {
        guard let (address, content) = try await content(notification, configuration.baseURL) else { return nil }
        return MailMessage(
            from: configuration.from, to: address, subject: content.subject, text: content.text,
            identifier: "pthub-\(notification.id)", date: Date())
    }

    private func content(
        _ notification: Outbox.Notification, _ baseURL: String
    ) async throws -> (address: String, content: (subject: String, text: String))? {
        if let id = notification.invitation {
            guard let (invitation, secret) = try await Invitations(pool).renewSecret(id) else { return nil }
            let inviter = try await People(pool).find(invitation.invitedBy)
            return (
                invitation.email,
                MailText.invitation(invitation, inviter: inviter, secret: secret, baseURL: baseURL)
            )
        }
        guard let person = notification.person, let receiver = try await People(pool).find(person), receiver.isActive
        else { return nil }
        if let reset = notification.reset {
            guard let secret = try await PasswordResets(pool).renewSecret(reset) else { return nil }
            return (receiver.email, MailText.reset(secret: secret, baseURL: baseURL))
        }
        return (
            receiver.email, MailText.notice(notification.kind, subject: notification.subject, baseURL: baseURL)
        )
    }
}
