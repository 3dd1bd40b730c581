import HTTPTypes
import Postgres
import Store

/// A forgotten password: a link by e-mail, once.
struct PasswordResetRoutes: Sendable {
    let passwords: Passwords

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/api/v1/password-reset",
                "Ask for a link; the answer is the same whether there is such an account",
                access: .anyone, .init(limit: RateLimit(count: 10, seconds: 900, name: "reset")), handler: ask),
            Endpoint(
                .put, "/api/v1/password-reset", "Set a new password by the link's token; all sessions end",
                access: .anyone,
                .init(
                    problems: [404], limit: RateLimit(count: 20, seconds: 300, name: "accept"), isTransaction: false),
                handler: set),
        ]
    }

    private struct Address: Decodable, SchemaDescribing {
        var email: String

        static let schema = Schema.object([.required("email", .text(1...254))])
    }

    @Sendable private func ask(_ call: Call, _: Void, _ given: Address) async throws -> Reply<Nothing> {
        if let person = try await People(call.database).find(email: given.email) {
            let reset = try await PasswordResets(call.database).add(person: person.id)
            try await Outbox(call.database, pool: call.pool).resetPassword(of: person.id, reset: reset)
        }
        return .nothing
    }

    private struct NewPassword: Decodable, SchemaDescribing {
        var token: String
        var password: String

        static let schema = Schema.object([
            .required("token", .text(1...200)), .required("password", ProfileFields.password),
        ])
    }

    /// scrypt runs before the transaction begins. A token that is void costs none.
    @Sendable private func set(_ call: Call, _: Void, _ given: NewPassword) async throws -> Reply<Nothing> {
        guard try await PasswordResets(call.pool).isOpen(secret: given.token) else { throw Problem.linkVoid }
        let credential = try await passwords.credential(for: given.password)
        try await call.pool.transaction { transaction in
            guard let person = try await PasswordResets(transaction).use(secret: given.token) else {
                throw Problem.linkVoid
            }
            try await People(transaction).setCredential(credential, of: person)
            try await AuthSessions(transaction).revokeAll(of: person)
            try await Audit(transaction).record(.passwordChanged, by: person)
        }
        return .nothing
    }
}
