import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Store

/// A route with all that is known of it: what the policy must grant, what goes in and comes out. Router, checks, OpenAPI
/// document and the authorization matrix are made of this one declaration.
struct Endpoint: Sendable {
    /// What comes out when all goes well.
    enum Content: Sendable {
        case none
        case json(Schema)
        case media([String])
    }

    var method: HTTPRequest.Method
    /// With `{name}` for parameters.
    var path: String
    var summary: String
    var isOpen: Bool
    var roles: Set<Person.Role>?
    var scope: Scope?
    var parameters: [String: Schema] = [:]
    var query: [QueryParameter]? = []
    var body: Schema?
    var bodyLimit = 64 << 10
    var success: [Int]
    var content: Content
    /// Statuses besides those that follow from the declaration.
    var problems: [Int] = []
    /// The route edits a row: it wants `If-Match`.
    var isEdit = false
    /// `Idempotency-Key` is understood.
    var isIdempotent = false
    var limit: RateLimit?
    /// Pages and their files are no API.
    var isDocumented = true
    var handle: @Sendable (Call) async throws -> Response

    /// Adds the route.
    func add(to router: Router<AppRequestContext>, pool: PostgresPool, limiter: RateLimiter) {
        router.on(RouterPath(path), method: method) { request, context in
            let call = Call(request: request, context: context, pool: pool, database: pool)
            if !isOpen { try Policy.admit(call.requirePrincipal(), roles: roles, scope: scope) }
            try await checkRate(call, limiter)
            try checkParameters(call)
            return try await handle(call)
        }
    }

    private func checkRate(_ call: Call, _ limiter: RateLimiter) async throws(Problem) {
        guard let limit else { return }
        let caller = call.principal.map { "person \($0.person.id)" } ?? call.context.address
        if let seconds = await limiter.refusal(limit, caller: caller) { throw .tooMany(seconds) }
    }

    /// A path parameter that is no such thing names nothing: 404.
    private func checkParameters(_ call: Call) throws(Problem) {
        for (name, schema) in parameters {
            let text = try call.parameter(name)
            let value: JSONValue
            if case .integer = schema {
                value = Int64(text).map { .integer($0) } ?? .null
            } else {
                value = .string(text)
            }
            do { try schema.check(value, at: name) } catch { throw .notFound }
        }
    }
}

extension Problem {
    static func scopeMissing(_ scope: Scope?) -> Problem {
        Problem(
            .forbidden, "scope_missing",
            scope.map { "The API token does not have the scope \($0.rawValue)." }
                ?? "No API token may do this: sign in with a session.")
    }

    static func tooMany(_ seconds: Int) -> Problem {
        Problem(
            .tooManyRequests, "too_many_requests", "Too many requests. Try again in \(seconds) s.",
            headers: [.retryAfter: "\(seconds)"])
    }
}
