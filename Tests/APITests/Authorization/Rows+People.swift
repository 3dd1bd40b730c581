import Store

extension AuthorizationRow {
    static let people: [AuthorizationRow] = [
        AuthorizationRow(
            method: "GET", route: "/api/v1/people", url: { _ in "/api/v1/people" }, scope: .peopleRead,
            allowed: [.admin: 200]),
        AuthorizationRow(
            method: "GET", route: "/api/v1/people/{id}", url: { "/api/v1/people/\($0.id(.clientA))" },
            scope: .peopleRead, allowed: [.admin: 200]),
        AuthorizationRow(
            method: "PATCH", route: "/api/v1/people/{id}", url: { "/api/v1/people/\($0.id(.clientA))" },
            headers: ["If-Match": "*"], body: { _ in #"{"active":false}"# }, scope: .peopleWrite,
            allowed: [.admin: 200]),
        AuthorizationRow(
            method: "DELETE", route: "/api/v1/people/{id}", url: { "/api/v1/people/\($0.id(.clientA))" },
            allowed: [.admin: 204]),
        AuthorizationRow(
            method: "GET", route: "/api/v1/clients", url: { _ in "/api/v1/clients" }, scope: .peopleRead,
            allowed: .trainers(200)),
        AuthorizationRow(
            method: "GET", route: "/api/v1/clients/{id}", url: { "/api/v1/clients/\($0.id(.clientA))" },
            missing: "/api/v1/clients/999999", scope: .peopleRead,
            allowed: [.trainer: 200, .otherTrainer: 404, .formerTrainer: 404]),
        AuthorizationRow(
            method: "GET", route: "/api/v1/clients/{id}/relations",
            url: { "/api/v1/clients/\($0.id(.clientA))/relations" }, missing: "/api/v1/clients/999999/relations",
            scope: .peopleRead, allowed: [.trainer: 200, .otherTrainer: 404, .formerTrainer: 404]),
        AuthorizationRow(
            method: "DELETE", route: "/api/v1/clients/{id}", url: { "/api/v1/clients/\($0.id(.clientA))" },
            missing: "/api/v1/clients/999999", scope: .peopleWrite,
            allowed: [.trainer: 204, .otherTrainer: 404, .formerTrainer: 404]),
        AuthorizationRow(
            method: "GET", route: "/api/v1/me/trainers", url: { _ in "/api/v1/me/trainers" }, scope: .peopleRead,
            allowed: .clients(200)),
        AuthorizationRow(
            method: "DELETE", route: "/api/v1/me/trainers/{id}", url: { "/api/v1/me/trainers/\($0.id(.trainer))" },
            missing: "/api/v1/me/trainers/999999", scope: .peopleWrite, allowed: [.clientA: 204, .clientB: 404]),
        AuthorizationRow(
            method: "POST", route: "/api/v1/invitations", url: { _ in "/api/v1/invitations" },
            body: { _ in #"{"email":"x@matrix.example","role":"client"}"# }, scope: .peopleWrite,
            allowed: .trainers(201)),
        AuthorizationRow(
            method: "GET", route: "/api/v1/invitations", url: { _ in "/api/v1/invitations" }, scope: .peopleRead,
            allowed: .trainers(200).merging([.admin: 200]) { $1 }),
        AuthorizationRow(
            method: "DELETE", route: "/api/v1/invitations/{id}", url: { "/api/v1/invitations/\($0.invitation)" },
            missing: "/api/v1/invitations/999999", scope: .peopleWrite,
            allowed: [.trainer: 204, .admin: 204, .otherTrainer: 404, .formerTrainer: 404]),
        AuthorizationRow(
            method: "POST", route: "/api/v1/invitations/join", url: { _ in "/api/v1/invitations/join" },
            body: { _ in #"{"token":"x"}"# }, allowed: .clients(404)),
        AuthorizationRow(
            method: "GET", route: "/api/v1/audit", url: { _ in "/api/v1/audit" }, scope: .auditRead,
            allowed: [.admin: 200]),
    ]
}
