import HTTPTypes
import Store

/// A trainer's clients.
struct ClientRoutes: Sendable {
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/clients", "The trainer's present clients by name",
                access: .roles([.trainer], .peopleRead), .init(query: QueryParameter.paging), handler: list),
            Endpoint(
                .get, "/api/v1/clients/{id}", "One of the trainer's present clients", access: .client(.peopleRead),
                handler: show),
            Endpoint(
                .get, "/api/v1/clients/{id}/relations", "Since when, and in which spans, one trains them",
                access: .client(.peopleRead), handler: history),
            Endpoint(
                .delete, "/api/v1/clients/{id}", "Stop training a client: nothing of them is seen any more",
                access: .client(.peopleWrite), handler: end),
        ]
    }

    @Sendable private func list(_ call: Call, _ trainer: Person) async throws -> Reply<Page<Person>> {
        let page = try call.page()
        var after: (String, String, Int64)?
        if let keys = page.after {
            guard keys.count == 3, let id = Int64(keys[2]) else { throw Cursor.malformed }
            after = (keys[0], keys[1], id)
        }
        let clients = try await People(call.database).clients(of: trainer.id, after: after, limit: page.limit + 1)
        return Reply(Page(clients, page, keys: { [$0.lastName, $0.firstName, "\($0.id)"] }, item: { $0 }))
    }

    @Sendable private func show(_ call: Call, _ client: Person) async throws -> Reply<Person> { Reply(client) }

    @Sendable private func history(_ call: Call, _ client: Person) async throws -> Reply<Page<RelationView>> {
        let trainer = try call.requirePrincipal().person
        let relations = try await People(call.database).history(trainer: trainer.id, client: client.id)
        return Reply(Page(all: relations.map { RelationView($0) }))
    }

    @Sendable private func end(_ call: Call, _ client: Person) async throws -> Reply<Nothing> {
        let trainer = try call.requirePrincipal().person
        guard try await People(call.database).endRelation(trainer: trainer.id, client: client.id) else {
            throw Problem.notFound
        }
        try await Audit(call.database).record(.relationEnded, by: trainer.id, subject: "client \(client.id)")
        return .nothing
    }
}

extension Access where Granted == Person {
    /// Somebody whom the asking trainer trains now.
    static func client(_ scope: Scope) -> Access {
        .resource(scope, roles: [.trainer]) { policy, call, trainer in
            try await policy.client(call.id(), of: trainer)
        }
    }
}

extension Policy {
    /// The client, for one who trains them now.
    func client(_ id: Int64, of trainer: Person) async throws -> Person {
        try await requireClient(id, of: trainer)
        return try await person(id)
    }
}
