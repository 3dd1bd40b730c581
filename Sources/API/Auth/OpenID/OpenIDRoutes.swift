import HTTPTypes
import Hummingbird
import Logging
import OpenSSL
import Postgres
import Store

/// Sign-in by the external provider: there and back.
struct OpenIDRoutes: Sendable {
    let provider: IdentityProvider?
    let cookie: SessionCookie

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/oidc", "Whether one can sign in by an external provider", access: .anyone, handler: state
            ),
            Endpoint(
                .get, "/api/v1/oidc/start", "To the external provider", access: .anyone, success: [303],
                problems: [404, 429], limit: RateLimit(count: 60, seconds: 60, name: "oidc"), raw: start),
            Endpoint(
                .get, "/api/v1/oidc/callback", "Back from the external provider: opens the session", access: .anyone,
                success: [303], query: nil, problems: [401, 404, 429],
                limit: RateLimit(count: 60, seconds: 60, name: "oidc"), raw: callback),
        ]
    }

    private struct State: Encodable, SchemaDescribing {
        var isConfigured: Bool
        var issuer: String?

        enum CodingKeys: String, CodingKey {
            case isConfigured = "configured"
            case issuer
        }

        static let schema = Schema.object([.required("configured", .boolean), .optional("issuer", .text())])
    }

    @Sendable private func state(_ call: Call, _: Void) async throws -> Reply<State> {
        Reply(State(isConfigured: provider != nil, issuer: provider?.configuration.issuer))
    }

    @Sendable private func start(_ call: Call, _: Void) async throws -> Response {
        guard let provider else { throw Problem.notFound }
        let attempt = ExternalIdentities.Attempt(
            state: Self.secret(), browser: Self.secret(), nonce: Self.secret(), verifier: Self.secret())
        let url: String
        do {
            url = try await provider.authorizationURL(
                state: attempt.state, nonce: attempt.nonce, verifier: attempt.verifier)
        } catch let failure as OpenIDFailure { throw problem(failure, call) }
        try await ExternalIdentities(call.pool).begin(attempt)
        return Response(
            status: .seeOther,
            headers: [.location: url, .cacheControl: "no-store", .setCookie: browserCookie(attempt.browser, 600)])
    }

    /// Every failure ends here with no session; the reason goes to the log, and one sentence to the user.
    @Sendable private func callback(_ call: Call, _: Void) async throws -> Response {
        guard let provider else { throw Problem.notFound }
        let query = call.request.uri.queryParameters
        guard let state = query["state"].map(String.init), let browser = browserSecret(call.request),
            let attempt = try await ExternalIdentities(call.pool).take(state: state, browser: browser)
        else { throw problem(.refused("the state is not one that is awaited from this browser"), call) }
        do {
            guard query["error"] == nil, let code = query["code"].map(String.init) else {
                throw OpenIDFailure.refused("the provider gave no code")
            }
            if let issuer = query["iss"], issuer != provider.configuration.issuer {
                throw OpenIDFailure.refused("the answer is of another issuer")
            }
            let token = try await provider.exchange(code: code, verifier: attempt.verifier)
            let claims = try await provider.verify(token, nonce: attempt.nonce)
            return try await signIn(claims, call)
        } catch let failure as OpenIDFailure { throw problem(failure, call) }
    }

    private func signIn(_ claims: IdentityToken, _ call: Call) async throws -> Response {
        try await call.pool.transaction { transaction in
            var call = call
            call.database = transaction
            let person = try await ExternalSignIn(transaction).person(claims)
            let reply = try await SignedIn.begin(person, call, cookie: cookie)
            var response = Response(status: .seeOther, headers: [.location: "/", .cacheControl: "no-store"])
            for value in reply.headers[values: .setCookie] + [browserCookie("", 0)] {
                response.headers.append(HTTPField(name: .setCookie, value: value))
            }
            return response
        }
    }

    private func problem(_ failure: OpenIDFailure, _ call: Call) -> Problem {
        call.context.logger.warning("sign-in by the provider failed", metadata: ["reason": "\(failure.reason)"])
        switch failure.kind {
        case .unavailable:
            return Problem(
                .serviceUnavailable, "provider_unavailable",
                "The identity provider cannot be reached. Try again in a moment.", headers: [.retryAfter: "5"])
        case .refused:
            return Problem(
                .unauthorized, "external_sign_in_refused",
                "The sign-in could not be confirmed. Begin again from the sign-in page.")
        }
    }

    /// Held only by the browser that began. Lax: it comes along when the provider sends the browser back.
    private func browserCookie(_ secret: String, _ maxAge: Int) -> String {
        "\(browserCookieName)=\(secret); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(maxAge)"
            + (cookie.isSecure ? "; Secure" : "")
    }

    private var browserCookieName: String { (cookie.isSecure ? "__Host-" : "") + "pthub_oidc" }

    private func browserSecret(_ request: Request) -> String? {
        SessionCookie.value(of: browserCookieName, in: request)
    }

    private static func secret() -> String { Base64URL.encode(RandomBytes.generate(32)) }
}
