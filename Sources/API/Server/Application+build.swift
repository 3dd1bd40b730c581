package import Archive
import AsyncHTTPClient
package import Hummingbird
package import Logging
package import Postgres
import Posture

/// Where the server listens.
package struct APIConfiguration: Sendable {
    package var host: String
    package var port: Int
    /// Behind https: cookies are marked so.
    package var isSecure: Bool
    /// The external identity provider, if there is one.
    package var openID: OpenIDConfiguration?
    /// Multiplies the rate limits: for places where many people share one address.
    package var rateFactor = 1.0
    /// Rule files beyond the program's own.
    package var rulesFolder: String?

    package init(
        host: String = "127.0.0.1", port: Int = 8080, isSecure: Bool = false, openID: OpenIDConfiguration? = nil
    ) {
        self.host = host
        self.port = port
        self.isSecure = isSecure
        self.openID = openID
    }
}

/// The whole HTTP side.
package func buildApplication(
    _ configuration: APIConfiguration, pool: PostgresPool, archive: any ObjectStore, logger: Logger,
    onServerRunning: @escaping @Sendable (Int) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
    let router = Router(context: AppRequestContext.self)
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ErrorMiddleware())
    router.add(middleware: Authentication(pool: pool, cookie: SessionCookie(isSecure: configuration.isSecure)))
    let endpoints = try allEndpoints(configuration, pool: pool, archive: archive)
    let limiter = RateLimiter(factor: configuration.rateFactor)
    for endpoint in endpoints { endpoint.add(to: router, pool: pool, limiter: limiter) }
    return Application(
        router: router,
        configuration: .init(
            address: .hostname(configuration.host, port: configuration.port), serverName: "pthub"),
        onServerRunning: { await onServerRunning($0.localAddress?.port ?? configuration.port) }, logger: logger)
}

/// Every route there is; router, OpenAPI document and authorization matrix are made of this list.
func allEndpoints(
    _ configuration: APIConfiguration, pool: PostgresPool, archive: any ObjectStore
) throws -> [Endpoint] {
    let cookie = SessionCookie(isSecure: configuration.isSecure)
    let passwords = Passwords()
    let rules = try RuleSet.current(folder: configuration.rulesFolder)
    let endpoints =
        try SessionRoutes(cookie: cookie, passwords: passwords).endpoints
        + OpenIDRoutes(
            provider: configuration.openID.map { IdentityProvider($0, client: HTTPClient.shared) }, cookie: cookie
        ).endpoints
        + TokenRoutes().endpoints
        + MeRoutes(passwords: passwords).endpoints
        + PasswordResetRoutes(passwords: passwords).endpoints
        + InvitationRoutes(cookie: cookie, passwords: passwords).endpoints
        + PeopleRoutes().endpoints
        + ClientRoutes().endpoints
        + AuditRoutes().endpoints
        + UploadRoutes(pool: pool, archive: archive, exercises: rules.identifiers).endpoints
        + ClipRoutes(archive: archive).endpoints
        + HealthRoutes(pool: pool, archive: archive).endpoints
        + trainingEndpoints(rules)
        + PageRoutes(
            pool: pool, archive: archive, exercises: rules.identifiers, hasProvider: configuration.openID != nil
        ).endpoints
    let document = try OpenAPIDocument(endpoints).json()
    return endpoints + [
        Endpoint(
            .get, "/api/openapi.json", "This document", access: .anyone, content: .json(.anything),
            isDocumented: false
        ) { _, _ in Response.bytes(Array(document), type: "application/json") }
    ]
}

/// A route's method and path, for tests that want a row for each.
package struct RouteName: Hashable, Sendable {
    package var method: String
    package var path: String
}

package func routeNames(
    _ configuration: APIConfiguration, pool: PostgresPool, archive: any ObjectStore
) throws -> [RouteName] {
    try allEndpoints(configuration, pool: pool, archive: archive).map {
        RouteName(method: $0.method.rawValue, path: $0.path)
    }
}
