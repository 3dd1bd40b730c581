package import Archive
package import Hummingbird
package import Logging
package import Postgres

/// Where the server listens.
package struct APIConfiguration: Sendable {
    package var host: String
    package var port: Int
    /// Behind https: cookies are marked so.
    package var isSecure: Bool

    package init(host: String = "127.0.0.1", port: Int = 8080, isSecure: Bool = false) {
        (self.host, self.port, self.isSecure) = (host, port, isSecure)
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
    let endpoints = try apiEndpoints(configuration, pool: pool, archive: archive)
    let document = try OpenAPIDocument(endpoints).json()
    for endpoint in endpoints { endpoint.add(to: router) }
    router.get("/api/openapi.json") { _, _ in Response.bytes(Array(document), type: "application/json") }
    try PageRoutes(pool: pool, archive: archive, policy: Policy(pool: pool)).add(to: router)
    return Application(
        router: router,
        configuration: .init(
            address: .hostname(configuration.host, port: configuration.port), serverName: "pthub"),
        onServerRunning: { await onServerRunning($0.localAddress?.port ?? configuration.port) }, logger: logger)
}

/// Every route of the API; the OpenAPI document is made of the same list.
func apiEndpoints(
    _ configuration: APIConfiguration, pool: PostgresPool, archive: any ObjectStore
) throws -> [Endpoint] {
    let policy = Policy(pool: pool)
    let cookie = SessionCookie(isSecure: configuration.isSecure)
    return SessionRoutes(pool: pool, cookie: cookie, passwords: Passwords()).endpoints
        + UploadRoutes(pool: pool, archive: archive, policy: policy).endpoints
        + ClipRoutes(pool: pool, archive: archive, policy: policy).endpoints
        + HealthRoutes(pool: pool, archive: archive).endpoints
}
