import HTTPTypes
import Postgres
import Store

/// One's own profile and password.
struct MeRoutes: Sendable {
    let passwords: Passwords

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/api/v1/me", "Who is signed in", access: .signedIn(.peopleRead), handler: me),
            Endpoint(
                .patch, "/api/v1/me", "Change one's profile", access: .signedIn(.peopleWrite), .init(isEdit: true),
                handler: edit),
            Endpoint(
                .put, "/api/v1/me/password", "Change one's password; all other sessions end", access: .signedIn(nil),
                .init(
                    problems: [409], limit: RateLimit(count: 10, seconds: 300, name: "password"), isTransaction: false),
                handler: changePassword),
            Endpoint(
                .get, "/api/v1/me/trainers", "One's trainers, present and former",
                access: .roles([.client], .peopleRead),
                handler: trainers),
            Endpoint(
                .delete, "/api/v1/me/trainers/{id}", "Leave a trainer: they see nothing of one any more",
                access: .roles([.client], .peopleWrite), handler: leave),
        ]
    }

    @Sendable private func me(_ call: Call, _ person: Person) async throws -> Reply<Person> {
        Reply(person, version: person.version)
    }

    private struct ProfileEdit: Decodable, SchemaDescribing {
        var firstName: String?
        var lastName: String?
        var instagram: String?
        var timeZone: String?

        enum CodingKeys: String, CodingKey {
            case firstName = "first_name"
            case lastName = "last_name"
            case instagram
            case timeZone = "time_zone"
        }

        static let schema = Schema.object([
            .optional("first_name", ProfileFields.name), .optional("last_name", ProfileFields.name),
            .optional("instagram", ProfileFields.instagram), .optional("time_zone", ProfileFields.timeZone),
        ])
    }

    @Sendable private func edit(_ call: Call, _ person: Person, _ edit: ProfileEdit) async throws -> Reply<Person> {
        try ProfileFields.check(timeZone: edit.timeZone)
        let change = People.ProfileChange(
            firstName: edit.firstName, lastName: edit.lastName, instagram: edit.instagram, timeZone: edit.timeZone)
        guard
            let edited = try await People(call.database).edit(person.id, change, version: call.expectedVersion)
        else { throw Problem.versionStale }
        return Reply(edited, version: edited.version)
    }

    private struct PasswordChange: Decodable, SchemaDescribing {
        var current: String
        var new: String

        static let schema = Schema.object([
            .required("current", .text(1...1000)), .required("new", ProfileFields.password),
        ])
    }

    @Sendable private func changePassword(
        _ call: Call, _ person: Person, _ change: PasswordChange
    ) async throws -> Reply<Nothing> {
        guard let known = try await People(call.pool).credential(email: person.email) else {
            throw Problem(
                .conflict, "no_password", "You sign in without a password: ask for a link by e-mail to set one.")
        }
        guard try await passwords.matches(change.current, known.credential) else {
            throw Problem(.forbidden, "wrong_password", "The current password is wrong.", field: "current")
        }
        let credential = try await passwords.credential(for: change.new)
        let session = call.principal?.session
        try await call.pool.transaction { transaction in
            try await People(transaction).setCredential(credential, of: person.id)
            try await AuthSessions(transaction).revokeAll(of: person.id, except: session)
            try await Audit(transaction).record(.passwordChanged, by: person.id)
        }
        return .nothing
    }

    @Sendable private func trainers(_ call: Call, _ client: Person) async throws -> Reply<Page<RelationView>> {
        Reply(Page(all: try await People(call.database).trainers(of: client.id).map { RelationView($0) }))
    }

    @Sendable private func leave(_ call: Call, _ client: Person) async throws -> Reply<Nothing> {
        let trainer = try call.id()
        guard try await People(call.database).endRelation(trainer: trainer, client: client.id) else {
            throw Problem.notFound
        }
        try await Audit(call.database).record(.relationEnded, by: client.id, subject: "trainer \(trainer)")
        return .nothing
    }
}
