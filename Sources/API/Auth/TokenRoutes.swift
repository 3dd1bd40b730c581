import Foundation
import HTTPTypes
import Store

/// API tokens for scripts. Only a session makes and revokes them, so that a token cannot widen itself.
struct TokenRoutes: Sendable {
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/tokens", "One's API tokens, without their secrets", access: .signedIn(nil), handler: list
            ),
            Endpoint(
                .post, "/api/v1/tokens", "Make an API token; its secret is told this once", access: .signedIn(nil),
                status: .created,
                .init(limit: RateLimit(count: 30, seconds: 3600, name: "tokens"), isReplayable: false), handler: make),
            Endpoint(
                .delete, "/api/v1/tokens/{id}", "Revoke a token: its next request is refused", access: .signedIn(nil),
                .init(parameters: ["id": .uuid]), handler: revoke),
        ]
    }

    private struct NewToken: Decodable, SchemaDescribing {
        var name: String
        var scopes: [Scope]
        var days: Int?

        static let schema = Schema.object([
            .required("name", .text(1...100)),
            .required("scopes", .list(.choice(Scope.self), 1...Scope.allCases.count)),
            .optional("days", .integer(1...3650)),
        ])
    }

    @Sendable private func make(_ call: Call, _ person: Person, _ new: NewToken) async throws -> Reply<TokenView> {
        let made = try await APITokens(call.database).create(
            for: person.id, name: new.name, scopes: new.scopes, days: new.days)
        try await Audit(call.database).record(
            .tokenMade, by: person.id, subject: "token \(made.token.id.uuidString.lowercased())")
        return Reply(TokenView(made.token, secret: made.secret))
    }

    @Sendable private func list(_ call: Call, _ person: Person) async throws -> Reply<Page<TokenView>> {
        Reply(Page(all: try await APITokens(call.database).list(of: person.id).map { TokenView($0, secret: nil) }))
    }

    @Sendable private func revoke(_ call: Call, _ person: Person) async throws -> Reply<Nothing> {
        let id = try call.uuid()
        guard try await APITokens(call.database).revoke(id, of: person.id) else { throw Problem.notFound }
        try await Audit(call.database).record(
            .tokenRevoked, by: person.id, subject: "token \(id.uuidString.lowercased())")
        return .nothing
    }
}

struct TokenView: Encodable, SchemaDescribing {
    var id: String
    var name: String
    var scopes: [Scope]
    var createdAt: Date
    var expiresAt: Date?
    /// Only in the answer that makes it.
    var secret: String?

    init(_ token: APITokens.Token, secret: String?) {
        id = token.id.uuidString.lowercased()
        name = token.name
        scopes = token.scopes
        createdAt = token.createdAt
        expiresAt = token.expiresAt
        self.secret = secret
    }

    enum CodingKeys: String, CodingKey {
        case id, name, scopes
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case secret
    }

    static let schema = Schema.object([
        .required("id", .uuid), .required("name", .text()), .required("scopes", .list(.choice(Scope.self))),
        .required("created_at", .timestamp), .optional("expires_at", .timestamp), .optional("secret", .text()),
    ])
}
