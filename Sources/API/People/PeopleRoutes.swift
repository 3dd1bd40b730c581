import HTTPTypes
import Store

/// Everybody, for admins.
struct PeopleRoutes: Sendable {
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/people", "Everybody by name", access: .roles([.admin], .peopleRead),
                .init(
                    query: QueryParameter.paging + [
                        QueryParameter("role", .choice(Person.Role.self), "Only this role"),
                        QueryParameter("q", .text(1...100), "What a name or the address begins with"),
                    ]), handler: list),
            Endpoint(.get, "/api/v1/people/{id}", "One person", access: .person, handler: show),
            Endpoint(
                .patch, "/api/v1/people/{id}", "Change role or deactivate; a deactivated person's sessions end at once",
                access: .person(.peopleWrite), .init(problems: [409], isEdit: true), handler: edit),
            Endpoint(
                .delete, "/api/v1/people/{id}", "Erase a client: everything of them goes, in the background",
                access: .person(nil), .init(problems: [409]), handler: erase),
        ]
    }

    @Sendable private func list(_ call: Call, _ admin: Person) async throws -> Reply<Page<Person>> {
        let page = try call.page()
        var after: (String, String, Int64)?
        if let keys = page.after {
            guard keys.count == 3, let id = Int64(keys[2]) else { throw Cursor.malformed }
            after = (keys[0], keys[1], id)
        }
        let people = try await People(call.database).list(
            role: call.query["role"]?.text.flatMap { Person.Role(rawValue: $0) }, prefix: call.query["q"]?.text,
            after: after, limit: page.limit + 1)
        return Reply(Page(people, page, keys: { [$0.lastName, $0.firstName, "\($0.id)"] }, item: { $0 }))
    }

    @Sendable private func show(_ call: Call, _ person: Person) async throws -> Reply<Person> {
        Reply(person, version: person.version)
    }

    private struct RightsEdit: Decodable, SchemaDescribing {
        var role: Person.Role?
        var active: Bool?

        static let schema = Schema.object([
            .optional("role", .choice(Person.Role.self)), .optional("active", .boolean),
        ])
    }

    @Sendable private func edit(_ call: Call, _ person: Person, _ edit: RightsEdit) async throws -> Reply<Person> {
        let actor = try call.requirePrincipal().person
        if let role = edit.role, role != person.role, role == .client || person.role == .client {
            throw Problem(
                .conflict, "role_fixed", "A client stays a client; invite them as a trainer with another address.",
                field: "role")
        }
        if person.role == .admin, edit.active == false || edit.role.map({ $0 != .admin }) ?? false,
            try await !People(call.database).hasOtherAdmin(than: person.id)
        {
            throw Problem(.conflict, "last_admin", "This is the last admin: nobody could undo it.")
        }
        guard
            let edited = try await People(call.database).setRights(
                person.id, role: edit.role, isActive: edit.active, version: call.expectedVersion)
        else { throw Problem.versionStale }
        if !edited.isActive || edited.role != person.role {
            try await AuthSessions(call.database).revokeAll(of: person.id)
            try await APITokens(call.database).revokeAll(of: person.id)
        }
        try await Audit(call.database).record(.rightsChanged, by: actor.id, subject: "person \(person.id)")
        return Reply(edited, version: edited.version)
    }

    @Sendable private func erase(_ call: Call, _ person: Person) async throws -> Reply<Nothing> {
        guard person.role == .client else {
            throw Problem(.conflict, "not_a_client", "Only clients can be erased; deactivate others.")
        }
        let actor = try call.requirePrincipal().person
        try await Erasure(call.database).begin(person.id, pool: call.pool)
        try await Audit(call.database).record(.erasureBegan, by: actor.id, subject: "person \(person.id)")
        return .nothing
    }
}

extension Access where Granted == Person {
    static let person = Access.person(.peopleRead)

    /// Any person, for admins.
    static func person(_ scope: Scope?) -> Access {
        .resource(scope, roles: [.admin]) { policy, call, _ in try await policy.person(call.id()) }
    }
}

extension Policy {
    func person(_ id: Int64) async throws -> Person {
        guard let person = try await People(database).find(id) else { throw Problem.notFound }
        return person
    }
}
