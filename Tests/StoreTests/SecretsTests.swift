import Foundation
import Postgres
import Store
import Support
import Testing

/// One-time links, sessions and tokens: kept as hashes, good once or for a time.
@Suite struct SecretsTests {
    private func withPerson(
        role: Person.Role = .trainer, _ body: (PostgresPool, Person) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let person = try await People(pool).add(
                email: "p@x.example", firstName: "", lastName: "", role: role, credential: nil)
            try await body(pool, person)
        }
    }

    @Test("A new secret voids the one before; an accepted invitation has none")
    func invitation() async throws {
        try await withPerson { pool, person in
            let invitations = Invitations(pool)
            let made = try await invitations.add(
                email: "New@X.example", role: .client, firstName: "", lastName: "", by: person.id)
            let first = try #require(try await invitations.renewSecret(made.id)).secret
            let second = try #require(try await invitations.renewSecret(made.id)).secret
            #expect(try await invitations.find(secret: first) == nil)
            #expect(try await invitations.find(secret: second)?.email == "new@x.example")
            try await invitations.markAccepted(made.id)
            #expect(try await invitations.find(secret: second) == nil)
            #expect(try await invitations.renewSecret(made.id) == nil)
        }
    }

    @Test("An invitation is void once its inviter is deactivated")
    func invitationOfDeactivated() async throws {
        try await withPerson { pool, person in
            let made = try await Invitations(pool).add(
                email: "new@x.example", role: .client, firstName: "", lastName: "", by: person.id)
            let secret = try #require(try await Invitations(pool).renewSecret(made.id)).secret
            _ = try await People(pool).setRights(person.id, role: nil, isActive: false, version: nil)
            #expect(try await Invitations(pool).find(secret: secret) == nil)
        }
    }

    @Test("One reset link used voids all others of the person")
    func reset() async throws {
        try await withPerson { pool, person in
            let resets = PasswordResets(pool)
            let first = try #require(try await resets.renewSecret(try await resets.add(person: person.id)))
            let second = try #require(try await resets.renewSecret(try await resets.add(person: person.id)))
            #expect(try await resets.use(secret: first) == person.id)
            #expect(try await resets.use(secret: first) == nil)
            #expect(try await resets.use(secret: second) == nil)
        }
    }

    @Test("A reset link is good for an hour")
    func resetExpires() async throws {
        try await withPerson { pool, person in
            let id = try await PasswordResets(pool).add(person: person.id)
            let secret = try #require(try await PasswordResets(pool).renewSecret(id))
            try await pool.execute("UPDATE password_reset SET expires_at = now() WHERE id = \(id)")
            #expect(try await PasswordResets(pool).use(secret: secret) == nil)
            #expect(try await PasswordResets(pool).renewSecret(id) == nil)
        }
    }

    @Test("A sign-in comes back once, in time, and to its own browser", arguments: ["replayed", "late", "elsewhere"])
    func externalSignIn(case name: String) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let identities = ExternalIdentities(pool)
            try await identities.begin(.init(state: "s", browser: "b", nonce: "n", verifier: "v"))
            switch name {
            case "replayed": #expect(try await identities.take(state: "s", browser: "b")?.verifier == "v")
            case "late": try await pool.execute("UPDATE external_sign_in SET expires_at = now()")
            default: #expect(try await identities.take(state: "s", browser: "other") == nil)
            }
            let again = try await identities.take(state: "s", browser: "b")
            #expect((again == nil) == (name != "elsewhere"))
        }
    }

    @Test("A token ends when its time is over, when it is revoked, and with its person")
    func token() async throws {
        try await withPerson { pool, person in
            let tokens = APITokens(pool)
            let timed = try await tokens.create(for: person.id, name: "t", scopes: [.clipsRead], days: 1)
            #expect(try await tokens.person(secret: timed.secret)?.scopes == [.clipsRead])
            try await pool.execute("UPDATE api_token SET expires_at = now()")
            #expect(try await tokens.person(secret: timed.secret) == nil)
            let revoked = try await tokens.create(for: person.id, name: "t", scopes: [.clipsRead], days: nil)
            #expect(try await tokens.revoke(revoked.token.id, of: person.id + 1) == false)
            #expect(try await tokens.revoke(revoked.token.id, of: person.id))
            #expect(try await tokens.person(secret: revoked.secret) == nil)
            let last = try await tokens.create(for: person.id, name: "t", scopes: [.clipsRead], days: nil)
            try await pool.execute("UPDATE person SET is_active = false")
            #expect(try await tokens.person(secret: last.secret) == nil)
        }
    }
}
