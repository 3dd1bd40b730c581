import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Store

/// Finds out who asks: by bearer token or cookie. A request that could change something and comes with a cookie must
/// come from this site.
struct Authentication: RouterMiddleware {
    typealias Context = AppRequestContext

    let pool: PostgresPool
    let cookie: SessionCookie

    func handle(
        _ request: Request, context: AppRequestContext,
        next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let secret = bearer(request) {
            context.principal = try await principal(secret)
        } else if let secret = cookie.secret(in: request) {
            guard isSafe(request) || isSameOrigin(request) else {
                throw Problem(.forbidden, "foreign_origin", "This request came from another site and was refused.")
            }
            context.principal = try await session(secret)
        }
        return try await next(request, context)
    }

    private func principal(_ secret: String) async throws -> Principal? {
        guard secret.hasPrefix(APITokens.prefix) else { return try await session(secret) }
        return try await APITokens(pool).person(secret: secret).map {
            Principal(person: $0.person, proof: .token($0.token, scopes: $0.scopes))
        }
    }

    private func session(_ secret: String) async throws -> Principal? {
        try await AuthSessions(pool).person(secret: secret).map {
            Principal(person: $0.person, proof: .session($0.session))
        }
    }

    private func bearer(_ request: Request) -> String? {
        guard let value = request.headers[.authorization], value.hasPrefix("Bearer ") else { return nil }
        return String(value.dropFirst(7))
    }

    private func isSafe(_ request: Request) -> Bool {
        [.get, .head, .options].contains(request.method)
    }

    private func isSameOrigin(_ request: Request) -> Bool {
        if let site = request.headers[HTTPField.Name("Sec-Fetch-Site")!] {
            return site == "same-origin" || site == "none"
        }
        guard let origin = request.headers[.origin] else { return false }
        return URL(string: origin).map { url in
            let port = url.port.map { ":\($0)" } ?? ""
            return (url.host() ?? "") + port == request.head.authority
        } ?? false
    }
}
