import HTTPTypes
import Hummingbird

/// A route with what the OpenAPI document says of it: declared once, so that the two cannot differ.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (Request, AppRequestContext) async throws -> Response

    var method: HTTPRequest.Method
    /// With `{name}` for parameters.
    var path: String
    var summary: String
    /// Status codes besides those that every route may give.
    var statuses: [Int]
    /// False: answers without a session.
    var needsSession: Bool
    var handler: Handler

    init(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, statuses: [Int] = [200],
        needsSession: Bool = true, handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.statuses = statuses
        self.needsSession = needsSession
        self.handler = handler
    }

    /// Adds the route; a session that is needed is asked for before the handler runs.
    func add(to router: Router<AppRequestContext>) {
        router.on(RouterPath(path), method: method) { [needsSession, handler] request, context in
            if needsSession { _ = try context.requirePerson() }
            return try await handler(request, context)
        }
    }
}
