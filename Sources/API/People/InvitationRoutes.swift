import Foundation
import HTTPTypes
import Postgres
import Store

/// Who may join: an admin invites trainers and admins, a trainer invites clients, each by a one-time link in an e-mail.
struct InvitationRoutes: Sendable {
    let cookie: SessionCookie
    let passwords: Passwords

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/api/v1/invitations", "Invite somebody by e-mail",
                access: .roles([.admin, .trainer], .peopleWrite), status: .created,
                .init(limit: RateLimit(count: 60, seconds: 3600, name: "invite")), handler: invite),
            Endpoint(
                .get, "/api/v1/invitations", "Open invitations: a trainer's own, for an admin all",
                access: .roles([.admin, .trainer], .peopleRead), .init(query: QueryParameter.paging), handler: list),
            Endpoint(
                .delete, "/api/v1/invitations/{id}", "Take an invitation back",
                access: .roles([.admin, .trainer], .peopleWrite), handler: revoke),
            Endpoint(
                .post, "/api/v1/invitations/accept", "Join by the link's token with a new password",
                access: .anyone, status: .created,
                .init(
                    problems: [404, 409], limit: RateLimit(count: 20, seconds: 300, name: "accept"),
                    isTransaction: false), handler: accept),
            Endpoint(
                .post, "/api/v1/invitations/join", "As somebody who is signed in: become the client of who invited",
                access: .roles([.client], nil),
                .init(problems: [404], limit: RateLimit(count: 20, seconds: 300, name: "accept")), handler: join),
        ]
    }

    private struct NewInvitation: Decodable, SchemaDescribing {
        var email: String
        var role: Person.Role
        var firstName: String?
        var lastName: String?

        enum CodingKeys: String, CodingKey {
            case email, role
            case firstName = "first_name"
            case lastName = "last_name"
        }

        static let schema = Schema.object([
            .required("email", .email), .required("role", .choice(Person.Role.self)),
            .optional("first_name", ProfileFields.name), .optional("last_name", ProfileFields.name),
        ])
    }

    @Sendable private func invite(
        _ call: Call, _ inviter: Person, _ new: NewInvitation
    ) async throws -> Reply<InvitationView> {
        guard inviter.role == .admin ? new.role != .client : new.role == .client else {
            throw Problem(
                .forbidden, "role_not_yours", "An admin invites trainers and admins, a trainer invites clients.",
                field: "role")
        }
        let invitation = try await Invitations(call.database).add(
            email: new.email, role: new.role, firstName: new.firstName ?? "", lastName: new.lastName ?? "",
            by: inviter.id)
        try await Outbox(call.database, pool: call.pool).invite(invitation)
        try await Audit(call.database).record(.invited, by: inviter.id, subject: "invitation \(invitation.id)")
        return Reply(InvitationView(invitation))
    }

    @Sendable private func list(_ call: Call, _ person: Person) async throws -> Reply<Page<InvitationView>> {
        let page = try call.page()
        let invitations = try await Invitations(call.database).list(
            by: person.role == .admin ? nil : person.id, before: page.number(), limit: page.limit + 1)
        return Reply(Page(invitations, page, keys: { ["\($0.id)"] }, item: { InvitationView($0) }))
    }

    @Sendable private func revoke(_ call: Call, _ person: Person) async throws -> Reply<Nothing> {
        let id = try call.id()
        guard
            try await Invitations(call.database).revoke(id, by: person.role == .admin ? nil : person.id)
        else { throw Problem.notFound }
        try await Audit(call.database).record(.invitationRevoked, by: person.id, subject: "invitation \(id)")
        return .nothing
    }

    private struct Acceptance: Decodable, SchemaDescribing {
        var token: String
        var password: String
        var firstName: String?
        var lastName: String?
        var timeZone: String?

        enum CodingKeys: String, CodingKey {
            case token, password
            case firstName = "first_name"
            case lastName = "last_name"
            case timeZone = "time_zone"
        }

        static let schema = Schema.object([
            .required("token", .text(1...200)), .required("password", ProfileFields.password),
            .optional("first_name", ProfileFields.name), .optional("last_name", ProfileFields.name),
            .optional("time_zone", ProfileFields.timeZone),
        ])
    }

    /// scrypt runs before the transaction begins.
    @Sendable private func accept(_ call: Call, _: Void, _ given: Acceptance) async throws -> Reply<SignedIn> {
        try ProfileFields.check(timeZone: given.timeZone)
        guard try await Invitations(call.pool).find(secret: given.token) != nil else { throw Problem.linkVoid }
        let credential = try await passwords.credential(for: given.password)
        return try await call.pool.transaction { transaction in
            var call = call
            call.database = transaction
            guard let invitation = try await Invitations(transaction).find(secret: given.token) else {
                throw Problem.linkVoid
            }
            let person = try await Joining(transaction).join(
                invitation, credential: credential, firstName: given.firstName, lastName: given.lastName,
                timeZone: given.timeZone)
            return try await SignedIn.begin(person, call, cookie: cookie)
        }
    }

    private struct LinkToken: Decodable, SchemaDescribing {
        var token: String

        static let schema = Schema.object([.required("token", .text(1...200))])
    }

    @Sendable private func join(_ call: Call, _ client: Person, _ given: LinkToken) async throws -> Reply<Nothing> {
        // Somebody else's invitation is not there.
        guard let invitation = try await Invitations(call.database).find(secret: given.token),
            invitation.email == client.email, invitation.role == .client
        else { throw Problem.linkVoid }
        try await Joining(call.database).relate(invitation, client: client.id)
        return .nothing
    }
}

extension Problem {
    static let linkVoid = Problem(
        .notFound, "link_void", "This link was used, taken back, or is too old. Ask for a new one.")
}

/// An invitation as who invited sees it: the link is only in the e-mail.
struct InvitationView: Encodable, SchemaDescribing {
    var id: Int64
    var email: String
    var role: Person.Role
    var firstName: String
    var lastName: String
    var createdAt: Date
    var expiresAt: Date

    init(_ invitation: Invitations.Invitation) {
        id = invitation.id
        email = invitation.email
        role = invitation.role
        firstName = invitation.firstName
        lastName = invitation.lastName
        createdAt = invitation.createdAt
        expiresAt = invitation.expiresAt
    }

    enum CodingKeys: String, CodingKey {
        case id, email, role
        case firstName = "first_name"
        case lastName = "last_name"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
    }

    static let schema = Schema.object([
        .required("id", .id), .required("email", .text()), .required("role", .choice(Person.Role.self)),
        .required("first_name", .text()), .required("last_name", .text()), .required("created_at", .timestamp),
        .required("expires_at", .timestamp),
    ])
}
