package import Postgres

/// The table `audit_event`: who did what, without content.
package struct Audit: Sendable {
    package enum Action: String, Sendable {
        case signedIn = "signed_in"
        case signInFailed = "sign_in_failed"
        case clipUploaded = "clip_uploaded"
        case clipViewed = "clip_viewed"
    }

    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    package func record(_ action: Action, by actor: Int64?, subject: String = "") async throws(PostgresError) {
        try await database.execute(
            "INSERT INTO audit_event (actor_id, action, subject) VALUES (\(actor), \(action.rawValue), \(subject))")
    }
}
