import Foundation
import HTTPTypes
import Store

/// Who one is, and whom one trains.
struct PeopleRoutes: Sendable {
    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/api/v1/me", "Who is signed in", access: .signedIn(.peopleRead), handler: me),
            Endpoint(
                .get, "/api/v1/clients", "The trainer's present clients", access: .roles([.trainer], .peopleRead),
                handler: clients),
        ]
    }

    @Sendable private func me(_ call: Call, _ person: Person) async throws -> Reply<Person> { Reply(person) }

    @Sendable private func clients(_ call: Call, _ trainer: Person) async throws -> Reply<Page<Person>> {
        Reply(Page(all: try await People(call.database).clients(of: trainer.id)))
    }
}

extension Person: SchemaDescribing {
    static let schema = Schema.object([
        .required("id", .id), .required("email", .text()), .required("first_name", .text()),
        .required("last_name", .text()), .required("role", .choice(["admin", "trainer", "client"])),
    ])
}
