import Foundation
import Store

/// What each e-mail says. No names of exercises, no findings: an e-mail is read by whoever sees the screen.
enum MailText {
    static func invitation(
        _ invitation: Invitations.Invitation, inviter: Person?, secret: String, baseURL: String
    ) -> (subject: String, text: String) {
        let who = inviter.map { "\($0.firstName) \($0.lastName)" }.flatMap { $0 == " " ? nil : $0 } ?? "Your PT Hub"
        let role =
            invitation.role == .client ? "as a client" : "as \(invitation.role == .admin ? "an admin" : "a trainer")"
        return (
            "Your invitation to PT Hub",
            """
            \(who) invites you to PT Hub \(role).

            Open this link to join. It works once, until \(day(invitation)):

            \(baseURL)/join?token=\(secret)

            If you did not expect this, do nothing.

            """
        )
    }

    static func reset(secret: String, baseURL: String) -> (subject: String, text: String) {
        (
            "Set a new password",
            """
            Somebody, hopefully you, asked for a new password at PT Hub.

            Open this link to set one. It works once, within an hour:

            \(baseURL)/reset-password?token=\(secret)

            If it was not you, do nothing: your password stays as it is.

            """
        )
    }

    static func notice(
        _ kind: Outbox.Kind, subject: String, baseURL: String
    ) -> (subject: String, text: String) {
        switch kind {
        case .assigned:
            ("You have a new program", "Your trainer has assigned you a program. See what is due:\n\n\(baseURL)/\n")
        case .feedbackPublished:
            (
                "Feedback on your set",
                "Your trainer has published feedback on one of your sets:\n\n\(baseURL)/clips/\(subject)\n"
            )
        case .bookingChanged:
            ("A booking has changed", "One of your bookings was made, moved or cancelled. See:\n\n\(baseURL)/\n")
        case .jobFailed:
            (
                "A clip could not be analysed",
                "One of your clips could not be analysed. The page says why and what to do:\n\n\(baseURL)/clips/\(subject)\n"
            )
        case .invited, .passwordReset: ("PT Hub", "\(baseURL)/\n")
        }
    }

    private static func day(_ invitation: Invitations.Invitation) -> String {
        invitation.expiresAt.formatted(.iso8601.year().month().day())
    }
}
