import HTTPTypes
import Hummingbird
import Postgres
import Store

/// Sign-in and sign-out.
struct SessionRoutes: Sendable {
    let pool: PostgresPool
    let cookie: SessionCookie
    let passwords: Passwords

    /// Tries within five minutes for one account from one address.
    private static let maximumFailures = 15

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/api/v1/session", "Sign in with e-mail and password; sets the cookie and gives a bearer token",
                statuses: [201, 400, 401, 413, 422, 429], needsSession: false, handler: signIn),
            Endpoint(
                .delete, "/api/v1/session", "Sign out: the session ends at once", statuses: [204], handler: signOut),
            Endpoint(.get, "/api/v1/me", "Who is signed in", handler: me),
            Endpoint(.get, "/api/v1/clients", "The trainer's present clients", statuses: [200, 403], handler: clients),
        ]
    }

    private struct Credentials: Decodable {
        var email: String
        var password: String
    }

    private struct SignedIn: Encodable {
        var token: String
        var person: Person
    }

    @Sendable private func signIn(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let given = try await request.decode(Credentials.self, fields: ["email", "password"])
        let account = given.email.lowercased()
        let sessions = AuthSessions(pool)
        guard try await sessions.recentFailures(account: account, address: context.address) < Self.maximumFailures
        else {
            throw Problem(
                .tooManyRequests, "too_many_tries", "Too many tries. Wait five minutes, then try again.",
                headers: [.retryAfter: "300"])
        }
        guard let person = try await person(account, given.password) else {
            try await sessions.recordFailure(account: account, address: context.address)
            try await Audit(pool).record(.signInFailed, by: nil)
            throw Problem(.unauthorized, "wrong_credentials", "E-mail or password is wrong.")
        }
        // A session that came with the request is over: its secret may be known to others.
        if let old = context.sessionSecret { try await sessions.revoke(secret: old) }
        let secret = try await sessions.create(for: person.id)
        try await Audit(pool).record(.signedIn, by: person.id)
        return try .json(
            SignedIn(token: secret, person: person), status: .created,
            headers: [.setCookie: cookie.header(secret: secret, maxAge: AuthSessions.lifetimeSeconds)])
    }

    private func person(_ email: String, _ password: String) async throws -> Person? {
        guard let known = try await People(pool).credential(email: email) else {
            try await passwords.pretend(password)
            return nil
        }
        return try await passwords.matches(password, known.credential) ? known.person : nil
    }

    @Sendable private func signOut(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        if let secret = context.sessionSecret { try await AuthSessions(pool).revoke(secret: secret) }
        return Response(status: .noContent, headers: [.setCookie: cookie.expired])
    }

    @Sendable private func me(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try .json(try context.requirePerson())
    }

    private struct Items: Encodable { var items: [Person] }

    @Sendable private func clients(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let person = try context.requirePerson()
        guard person.role == .trainer else { throw Problem.notAllowed }
        return try .json(Items(items: try await People(pool).clients(of: person.id)))
    }
}
