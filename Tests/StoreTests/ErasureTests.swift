import Foundation
import Postgres
import Store
import Support
import Testing

/// What falls with a client, and what does not.
@Suite struct ErasureTests {
    @Test("Every reference to a client falls with the client, so that no row can outlive them")
    func references() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let rows = try await pool.query(
                """
                SELECT c.conrelid::regclass::text || '.' || a.attname AS name, c.confdeltype::text AS action
                FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
                WHERE c.contype = 'f' AND c.confrelid = 'person'::regclass ORDER BY 1
                """)
            let actions = try rows.map { (try $0.get("name", as: String.self), try $0.get("action", as: String.self)) }
            // Only a trainer or an admin is there: they are deactivated, never erased.
            let others = actions.filter { $0.1 != "c" && $0.1 != "n" }.map(\.0)
            let roles = ["owner_id", "trainer_id"]
            #expect(others.filter { name in !roles.contains { name.hasSuffix($0) } } == [])
            #expect(actions.contains { $0.0 == "clip.client_id" && $0.1 == "c" })
        }
    }

    @Test("Beginning takes the name away and hides the clips; the row goes last, with an audit event")
    func steps() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let people = People(pool)
            let client = try await people.add(
                email: "canary@x.example", firstName: "Canary", lastName: "Canary", role: .client, credential: nil)
            let secret = try await AuthSessions(pool).create(for: client.id)
            let isReserved = try await pool.transaction {
                try await AuthSessions($0).reserveTry(account: "canary@x.example", address: "::1", limit: 1)
            }
            #expect(isReserved)
            try await pool.transaction { try await Erasure($0).begin(client.id, pool: pool) }
            #expect(try await AuthSessions(pool).person(secret: secret) == nil)
            #expect(try await people.find(client.id) == nil)
            let left = try await pool.query(
                "SELECT (SELECT count(*) FROM person WHERE p.email ILIKE '%canary%') + (SELECT count(*) FROM sign_in_failure) AS n FROM person p"
            )
            #expect(try left[0].get("n", as: Int.self) == 0)
            try await Erasure(pool).remove(client.id)
            #expect(try await pool.query("SELECT 1 FROM person WHERE id = \(client.id)").isEmpty)
            let events = try await Audit(pool).list(before: nil, actor: nil, limit: 10)
            #expect(events.map(\.action) == ["erased"] && events[0].subject == "person \(client.id)")
        }
    }

    @Test("A person who was not erased is not removed")
    func onlyErased() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let client = try await People(pool).add(
                email: "stays@x.example", firstName: "", lastName: "", role: .client, credential: nil)
            try await Erasure(pool).remove(client.id)
            #expect(try await People(pool).find(client.id) == client)
        }
    }
}
