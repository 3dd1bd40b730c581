package import Foundation
package import Postgres

/// The table `audit_event`: who did what, without content.
package struct Audit: Sendable {
    /// A stable word; others add theirs in extensions.
    package struct Action: RawRepresentable, Hashable, Sendable {
        package var rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }
        package init(_ rawValue: String) { self.rawValue = rawValue }

        package static let signedIn = Action("signed_in")
        package static let signInFailed = Action("sign_in_failed")
        package static let passwordChanged = Action("password_changed")
        package static let identityLinked = Action("identity_linked")
        package static let invited = Action("invited")
        package static let invitationRevoked = Action("invitation_revoked")
        package static let joined = Action("joined")
        package static let relationBegan = Action("relation_began")
        package static let relationEnded = Action("relation_ended")
        package static let rightsChanged = Action("rights_changed")
        package static let tokenMade = Action("token_made")
        package static let tokenRevoked = Action("token_revoked")
        package static let clipUploaded = Action("clip_uploaded")
        package static let clipViewed = Action("clip_viewed")
        package static let clipDeleted = Action("clip_deleted")
        package static let rulesChanged = Action("rules_changed")
        package static let feedbackPublished = Action("feedback_published")
        package static let feedbackWithdrawn = Action("feedback_withdrawn")
        package static let erasureBegan = Action("erasure_began")
        package static let erased = Action("erased")
    }

    package struct Event: Sendable {
        package var id: Int64
        package var at: Date
        package var actor: Int64?
        package var action: String
        package var subject: String

        init(_ row: Row) throws(PostgresError) {
            id = try row.get("id")
            at = try row.get("at")
            actor = try row.optional("actor_id")
            action = try row.get("action")
            subject = try row.get("subject")
        }
    }

    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// `subject` names a row, never its content.
    package func record(_ action: Action, by actor: Int64?, subject: String = "") async throws(PostgresError) {
        try await database.execute(
            "INSERT INTO audit_event (actor_id, action, subject) VALUES (\(actor), \(action.rawValue), \(subject))")
    }

    /// The newest first, older than `before`; of one actor if given.
    package func list(before: Int64?, actor: Int64?, limit: Int) async throws(PostgresError) -> [Event] {
        let condition: Query = if let actor { "actor_id = \(actor)" } else { "true" }
        let rows = try await database.query(
            """
            SELECT id, at, actor_id, action, subject FROM audit_event
            WHERE id < \(before ?? Int64.max) AND \(condition) ORDER BY id DESC LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in try Event(row) }
    }
}
