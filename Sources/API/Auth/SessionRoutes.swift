import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Store

/// Sign-in, sign-out, and the sessions that are open.
struct SessionRoutes: Sendable {
    let cookie: SessionCookie
    let passwords: Passwords

    /// Tries within five minutes for one account from one address.
    private static let maximumFailures = 15

    var endpoints: [Endpoint] {
        [
            // The password is checked outside any transaction: scrypt takes long, connections are few.
            Endpoint(
                .post, "/api/v1/session", "Sign in with e-mail and password; sets the cookie and gives a bearer token",
                access: .anyone, status: .created, .init(problems: [401, 429], isTransaction: false), handler: signIn),
            Endpoint(
                .delete, "/api/v1/session", "Sign out: the session ends at once", access: .signedIn(nil),
                handler: signOut),
            Endpoint(
                .get, "/api/v1/sessions", "One's open sessions", access: .signedIn(nil), handler: list),
            Endpoint(
                .delete, "/api/v1/sessions/{id}", "End one of one's sessions", access: .signedIn(nil),
                .init(parameters: ["id": .uuid]), handler: revoke),
        ]
    }

    private struct Credentials: Decodable, SchemaDescribing {
        var email: String
        var password: String

        static let schema = Schema.object([
            .required("email", .text(1...254)), .required("password", .text(1...1000)),
        ])
    }

    @Sendable private func signIn(_ call: Call, _: Void, _ given: Credentials) async throws -> Reply<SignedIn> {
        let account = given.email.lowercased()
        let address = call.context.address
        let mayTry = try await call.pool.transaction {
            try await AuthSessions($0).reserveTry(account: account, address: address, limit: Self.maximumFailures)
        }
        guard mayTry else {
            throw Problem(
                .tooManyRequests, "too_many_tries", "Too many tries. Wait five minutes, then try again.",
                headers: [.retryAfter: "300"])
        }
        guard let person = try await person(account, given.password, call.pool) else {
            try await Audit(call.pool).record(.signInFailed, by: nil)
            throw Problem(.unauthorized, "wrong_credentials", "E-mail or password is wrong.")
        }
        return try await call.pool.transaction { [cookie] transaction in
            var call = call
            call.database = transaction
            try await AuthSessions(transaction).forgetTries(account: account, address: address)
            return try await SignedIn.begin(person, call, cookie: cookie)
        }
    }

    private func person(_ email: String, _ password: String, _ pool: PostgresPool) async throws -> Person? {
        guard let known = try await People(pool).credential(email: email) else {
            try await passwords.pretend(password)
            return nil
        }
        return try await passwords.matches(password, known.credential) ? known.person : nil
    }

    @Sendable private func signOut(_ call: Call, _ person: Person) async throws -> Reply<Nothing> {
        if let session = try call.requirePrincipal().session {
            _ = try await AuthSessions(call.database).revoke(session, of: person.id)
        }
        var reply = Reply.nothing
        reply.headers[.setCookie] = cookie.expired
        return reply
    }

    @Sendable private func list(_ call: Call, _ person: Person) async throws -> Reply<Page<SessionView>> {
        let current = call.principal?.session
        let sessions = try await AuthSessions(call.database).list(of: person.id)
        return Reply(Page(all: sessions.map { SessionView($0, isCurrent: $0.id == current) }))
    }

    @Sendable private func revoke(_ call: Call, _ person: Person) async throws -> Reply<Nothing> {
        guard try await AuthSessions(call.database).revoke(call.uuid(), of: person.id) else { throw Problem.notFound }
        return .nothing
    }
}

/// The answer of a sign-in by whatever way.
struct SignedIn: Encodable, SchemaDescribing {
    /// For `Authorization: Bearer`.
    var token: String
    var person: Person

    static let schema = Schema.object([.required("token", .text()), .required("person", Person.schema)])

    /// Opens a session. One that came with the request is over: its secret may be known to others.
    static func begin(_ person: Person, _ call: Call, cookie: SessionCookie) async throws -> Reply<SignedIn> {
        let sessions = AuthSessions(call.database)
        if let old = call.principal, let session = old.session {
            _ = try await sessions.revoke(session, of: old.person.id)
        }
        let secret = try await sessions.create(
            for: person.id, userAgent: call.request.headers[.userAgent] ?? "", address: call.context.address)
        try await Audit(call.database).record(.signedIn, by: person.id)
        return Reply(
            SignedIn(token: secret, person: person),
            headers: [.setCookie: cookie.header(secret: secret, maxAge: AuthSessions.lifetimeSeconds)])
    }
}

/// An open session as its owner sees it.
struct SessionView: Encodable, SchemaDescribing {
    var id: String
    var createdAt: Date
    var expiresAt: Date
    var userAgent: String
    var address: String
    var isCurrent: Bool

    init(_ session: AuthSessions.Session, isCurrent: Bool) {
        id = session.id.uuidString.lowercased()
        createdAt = session.createdAt
        expiresAt = session.expiresAt
        userAgent = session.userAgent
        address = session.address
        self.isCurrent = isCurrent
    }

    enum CodingKeys: String, CodingKey {
        case id
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case userAgent = "user_agent"
        case address
        case isCurrent = "current"
    }

    static let schema = Schema.object([
        .required("id", .uuid), .required("created_at", .timestamp), .required("expires_at", .timestamp),
        .required("user_agent", .text()), .required("address", .text()), .required("current", .boolean),
    ])
}
