import Foundation
import Postgres
import Support
import Testing

@Suite struct PostgresPoolTests {
    @Test("Values come back as they were bound")
    func roundTrip() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let id = UUID()
            let date = Date(timeIntervalSince1970: 1_795_000_000.123456)
            let bytes: [UInt8] = [0, 1, 254, 255]
            let text = "Zoë \"quoted\" \\ {a,b} 💪 '; DROP TABLE job; --"
            let missing: Int? = nil
            let row = try await pool.query(
                """
                SELECT \(true)::bool AS b, \(Int64.min)::bigint AS i, \(2.5)::float8 AS d, \(text)::text AS s,
                       \(id)::uuid AS u, \(date)::timestamptz AS t, \(bytes)::bytea AS y, \(missing)::int AS n,
                       \([1, 2, 3] as [Int64])::bigint[] AS a, \([] as [Int64])::bigint[] AS e, \(["x", text, ""])::text[] AS ta,
                       \(JSON(["k": text]))::jsonb AS j
                """)[0]
            #expect(try row.get("b", as: Bool.self))
            #expect(try row.get("i", as: Int64.self) == .min)
            #expect(try row.get("d", as: Double.self) == 2.5)
            #expect(try row.get("s", as: String.self) == text)
            #expect(try row.get("u", as: UUID.self) == id)
            #expect(abs(try row.get("t", as: Date.self).timeIntervalSince(date)) < 1e-6)
            #expect(try row.get("y", as: [UInt8].self) == bytes)
            #expect(try row.optional("n", as: Int.self) == nil)
            #expect(try row.get("a", as: [Int64].self) == [1, 2, 3])
            #expect(try row.get("e", as: [Int64].self).isEmpty)
            #expect(try row.get("ta", as: [String].self) == ["x", text, ""])
            #expect(try row.get("j", as: JSON<[String: String]>.self).value == ["k": text])
        }
    }

    @Test("A wrong column, a null and a wrong type are named")
    func decodingErrors() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let row = try await pool.query("SELECT 'x' AS a, NULL AS b")[0]
            for (column, part) in [("c", "no column c"), ("b", "b is null"), ("a", "a is not Int")] {
                do throws(PostgresError) {
                    _ = try row.get(column, as: Int.self)
                    Issue.record("\(column) was read")
                } catch {
                    #expect(error.message.contains(part))
                }
            }
        }
    }

    @Test("A transaction that throws leaves nothing")
    func rollback() async throws {
        struct Stop: Error {}
        try await TestDatabase.withDatabase { pool, _ in
            try await pool.execute("CREATE TABLE t (n int)")
            await #expect(throws: Stop.self) {
                try await pool.transaction { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (1)")
                    throw Stop()
                }
            }
            #expect(try await pool.query("SELECT * FROM t").isEmpty)
        }
    }

    @Test("A server error has its SQLSTATE and its statement, not its values")
    func serverError() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.query("SELECT \("secret")::int")
            }
            #expect(error?.sqlState == "22P02")
            #expect(error?.query == "SELECT $1::int")
        }
    }

    @Test("A statement that runs too long ends with a time-out")
    func statementTimeout() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { transaction in
                    try await transaction.execute("SET LOCAL statement_timeout = '50ms'")
                    _ = try await transaction.query("SELECT pg_sleep(5)")
                }
            }
            #expect(error?.kind == .timeout)
        }
    }

    @Test("A killed backend is one error, then the pool works again")
    func reconnect() async throws {
        try await TestDatabase.withDatabase(maximumConnections: 1) { pool, _ in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.query("SELECT pg_terminate_backend(pg_backend_pid())")
            }
            #expect(error?.isTransient == true)
            let n: Int = try await pool.query("SELECT 1 AS n")[0].get("n")
            #expect(n == 1)
        }
    }

    @Test("More callers than connections wait their turn")
    func waiters() async throws {
        try await TestDatabase.withDatabase(maximumConnections: 2) { pool, _ in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for n in 1...40 {
                    group.addTask { try await pool.query("SELECT \(n)::int AS n")[0].get("n") }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 820)
        }
    }

    @Test("An unreachable server is a connection error")
    func unreachable() async throws {
        let pool = PostgresPool(
            PostgresConfiguration(url: "postgresql:///x?host=/nowhere"), logger: TestLogger.silent)
        let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
        #expect(error?.kind == .connection)
    }

    @Test("A listener hears what other connections notify")
    func listener() async throws {
        try await TestDatabase.withDatabase { pool, url in
            let listener = Listener(PostgresConfiguration(url: url), channels: ["news"], logger: TestLogger.silent)
            let (stream, continuation) = AsyncStream.makeStream(of: Postgres.Notification.self)
            let task = Task { await listener.run { continuation.yield($0) } }
            defer { task.cancel() }
            var heard = stream.makeAsyncIterator()
            // The first, empty one says that it listens.
            #expect(await heard.next()?.payload == "")
            try await pool.execute("SELECT pg_notify('news', 'hello')")
            #expect(await heard.next()?.payload == "hello")
            try await pool.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
            )
            #expect(await heard.next()?.payload == "")
        }
    }
}
