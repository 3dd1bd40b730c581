import Foundation
import Store

extension AuthorizationRow {
    private static let profile = #"{"first_name":"New"}"#

    static let signIn: [AuthorizationRow] = [
        .open("POST", "/api/v1/session", 422, body: "{}"),
        .own("DELETE", "/api/v1/session", nil, 204),
        .own("GET", "/api/v1/sessions", nil),
        AuthorizationRow(
            method: "DELETE", route: "/api/v1/sessions/{id}",
            url: { "/api/v1/sessions/\($0.session.uuidString.lowercased())" },
            missing: "/api/v1/sessions/00000000-0000-0000-0000-000000000000", allowed: [.clientA: 204], otherwise: 404),
        .open("GET", "/api/v1/oidc", 200),
        .open("GET", "/api/v1/oidc/start", 404),
        .open("GET", "/api/v1/oidc/callback", 404, url: "/api/v1/oidc/callback?state=x&code=y"),
        .own("GET", "/api/v1/tokens", nil),
        .own("POST", "/api/v1/tokens", nil, 201, body: #"{"name":"t","scopes":["clips:read"]}"#),
        AuthorizationRow(
            method: "DELETE", route: "/api/v1/tokens/{id}",
            url: { "/api/v1/tokens/\($0.token.uuidString.lowercased())" },
            missing: "/api/v1/tokens/00000000-0000-0000-0000-000000000000", allowed: [.clientA: 204], otherwise: 404),
        .own("GET", "/api/v1/me", .peopleRead),
        .own("PATCH", "/api/v1/me", .peopleWrite, headers: ["If-Match": "*"], body: profile),
        // Nobody in the matrix has a password.
        .own("PUT", "/api/v1/me/password", nil, 409, body: #"{"current":"a","new":"long enough"}"#),
        .open("POST", "/api/v1/password-reset", 204, body: #"{"email":"nobody@matrix.example"}"#),
        .open("PUT", "/api/v1/password-reset", 404, body: #"{"token":"x","password":"long enough"}"#),
        .open("POST", "/api/v1/invitations/accept", 404, body: #"{"token":"x","password":"long enough"}"#),
        .open("GET", "/healthz", 200),
        .open("GET", "/readyz", 200),
        .open("GET", "/api/openapi.json", 200),
    ]
}
