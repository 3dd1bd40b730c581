import Postgres
import Support
import Testing

/// Which statements a connection keeps, and what becomes of them when the server forgets or changes its mind.
@Suite struct PreparedStatementsTests {
    @Test("What was not used for the longest time goes, and no name is given twice")
    func leastRecentlyUsed() throws {
        var statements = PreparedStatements(capacity: 2)
        let a = try #require(prepare("a", &statements))
        let b = try #require(prepare("b", &statements))
        #expect(statements.evict() == nil)
        #expect(statements.use("a") == .run(name: a))
        let c = try #require(prepare("c", &statements))
        #expect(statements.evict() == b)
        #expect(statements.use("a") == .run(name: a))
        statements.forget()
        let again = try #require(prepare("a", &statements))
        #expect(Set([a, b, c, again]).count == 4)
    }

    /// The name under which a text was prepared now; nil when it was before.
    private func prepare(_ text: String, _ statements: inout PreparedStatements) -> String? {
        guard case .prepare(let name) = statements.use(text) else { return nil }
        statements.add(text, name: name)
        return name
    }

    @Test("A statement that could not be prepared is not kept")
    func refused() async throws {
        try await withConnection { pool in
            for _ in 0..<2 {
                let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT * FROM nothing") }
                #expect(error?.sqlState == "42P01")
            }
            try await pool.execute("CREATE TABLE nothing (n int)")
            #expect(try await pool.query("SELECT * FROM nothing").isEmpty)
        }
    }

    @Test("One text is parsed once on a connection, inside and outside transactions")
    func once() async throws {
        try await withConnection { pool in
            struct Stop: Error {}
            for n in 1...3 { try await ask(pool, n) }
            try await pool.transaction { try await ask($0, 4) }
            _ = try? await pool.transaction { transaction in
                try await ask(transaction, 5)
                throw Stop()
            }
            try await ask(pool, 6)
            let rows = try await pool.query(
                """
                SELECT generic_plans + custom_plans AS runs FROM pg_prepared_statements
                WHERE statement LIKE '%number%' AND statement NOT LIKE '%pg_prepared%'
                """)
            #expect(try rows.map { try $0.get("runs", as: Int.self) } == [6])
        }
    }

    @Test("A connection keeps no more statements than it may")
    func bounded() async throws {
        try await withConnection(preparedStatements: 3) { pool in
            for n in 1...20 {
                // Pieces of SQL that make twenty texts.
                let column = Query(script: "number\(n)")
                let value: Int = try await pool.query("SELECT \(n)::int AS \(column)")[0].get("number\(n)")
                #expect(value == n)
            }
            let count: Int = try await pool.query("SELECT count(*) AS n FROM pg_prepared_statements")[0].get("n")
            #expect(count == 3 || count == 4)
        }
    }

    @Test("A statement whose tables changed is prepared again", arguments: [true, false])
    func changedTable(inTransaction: Bool) async throws {
        try await withConnection { pool in
            try await pool.execute("CREATE TABLE t (a int)")
            try await pool.execute("INSERT INTO t VALUES (1)")
            let all: Query = "SELECT * FROM t WHERE a = \(1)"
            _ = try await pool.query(all)
            try await pool.execute("ALTER TABLE t ADD COLUMN b text DEFAULT 'new'")
            if inTransaction {
                // Its transaction is over; who comes again finds it mended.
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.transaction { try await $0.query(all) }
                }
                #expect(error?.isTransient == true)
                let row = try await pool.transaction { try await $0.query(all) }[0]
                #expect(try row.get("b", as: String.self) == "new")
            }
            #expect(try await pool.query(all)[0].get("b", as: String.self) == "new")
        }
    }

    @Test("Statements that the server dropped are prepared again", arguments: ["DEALLOCATE ALL", "DISCARD ALL"])
    func dropped(command: String) async throws {
        try await withConnection { pool in
            try await ask(pool, 1)
            try await pool.execute(Query(script: command))
            try await ask(pool, 2)
            try await pool.execute(Query(script: command))
            await #expect(throws: PostgresError.self) { try await pool.transaction { try await ask($0, 3) } }
            try await pool.transaction { try await ask($0, 4) }
        }
    }

    @Test("A migration may change what was prepared before, in its own transaction, too")
    func migration() async throws {
        try await withConnection { pool in
            try await pool.execute("CREATE TABLE t (a int)")
            let count: Query = "SELECT count(a) AS n FROM t"
            try await pool.transaction { transaction in
                _ = try await transaction.query(count)
                try await transaction.execute(
                    Query(script: "ALTER TABLE t ALTER COLUMN a TYPE text; INSERT INTO t VALUES ('x')"))
                #expect(try await transaction.query(count)[0].get("n", as: Int.self) == 1)
            }
            #expect(try await pool.query(count)[0].get("n", as: Int.self) == 1)
        }
    }

    private func withConnection(preparedStatements: Int = 256, _ body: (PostgresPool) async throws -> Void) async throws
    {
        try await TestDatabase.withDatabase { _, url in
            var configuration = PostgresConfiguration(url: url, maximumConnections: 1)
            configuration.preparedStatements = preparedStatements
            let pool = PostgresPool(configuration, logger: TestLogger.silent)
            do { try await body(pool) } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    private func ask(_ database: any PostgresExecutor, _ number: Int) async throws {
        let row = try await database.query("SELECT \(number)::int AS number")[0]
        #expect(try row.get("number", as: Int.self) == number)
    }
}
