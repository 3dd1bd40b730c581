import API
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Postgres
import Store
import Support
import Testing

/// Every route × every caller, on a real database: the status, an unchanged database where nothing was granted, the
/// same answer for what is foreign and what is missing, and nothing of client A in the hands of others.
@Suite struct AuthorizationTests {
    /// Pages that answer signed-out visitors with the way to the sign-in page have tests of their own in a browser.
    private static let pagesWithOwnTests: Set = ["/", "/clips/{id}"]

    @Test("Every route has a row, and every row a route")
    func everyRouteHasARow() async throws {
        let world = try await World.shared.value
        let routes = try await world.template.withCopy { pool in
            try routeNames(APIConfiguration(), pool: pool, archive: world.archive)
        }
        let names = Set(routes.map { "\($0.method) \($0.path)" })
            .subtracting(Self.pagesWithOwnTests.map { "GET \($0)" })
        let rows = AuthorizationRow.all.map { "\($0.method) \($0.route)" }
        #expect(names.subtracting(rows).sorted() == [], "routes without a row")
        #expect(Set(rows).subtracting(names).sorted() == [], "rows without a route")
        #expect(rows.count == Set(rows).count, "rows that are there twice")
    }

    @Test("Each caller gets what the row says", arguments: AuthorizationRow.all)
    func matrix(row: AuthorizationRow) async throws {
        let world = try await World.shared.value
        var callers = Caller.all
        while !callers.isEmpty {
            // A copy serves until somebody was granted a change.
            let rest = callers
            callers = try await world.template.withCopy { pool in
                try await ask(row, rest, world, pool)
            }
        }
    }

    /// The callers that are left when one has changed the database.
    private func ask(
        _ row: AuthorizationRow, _ callers: [Caller], _ world: World, _ pool: PostgresPool
    ) async throws -> [Caller] {
        var configuration = APIConfiguration()
        configuration.rateFactor = 1000
        let application = try buildApplication(
            configuration, pool: pool, archive: world.archive, logger: TestLogger.silent)
        return try await application.test(.router) { client in
            for (index, caller) in callers.enumerated() {
                let before = try await digest(pool)
                let answer = try await send(row, row.url(world), world.secret(caller, row), world, client)
                #expect(answer.status.code == row.status(caller), "\(caller): \(String(buffer: answer.body))")
                let isChanged = try await digest(pool) != before
                let mayChange = (200..<300).contains(answer.status.code) && row.method != "GET"
                #expect(!isChanged || mayChange, "\(caller) changed the database")
                try await compare(row, caller, answer, world, client)
                if isChanged { return Array(callers.dropFirst(index + 1)) }
            }
            return []
        }
    }

    private func compare(
        _ row: AuthorizationRow, _ caller: Caller, _ answer: TestResponse, _ world: World,
        _ client: some TestClientProtocol
    ) async throws {
        if [.clientB, .otherTrainer, .formerTrainer].contains(caller) || answer.status.code >= 400 {
            #expect(!String(buffer: answer.body).contains(World.canary), "\(caller) sees what is client A's")
        }
        guard let missing = row.missing, answer.status.code == 404 else { return }
        let nothing = try await send(row, missing, world.secret(caller, row), world, client)
        #expect(nothing.status == answer.status && nothing.body == answer.body, "\(caller): foreign is not missing")
    }

    private func send(
        _ row: AuthorizationRow, _ url: String, _ secret: String?, _ world: World, _ client: some TestClientProtocol
    ) async throws -> TestResponse {
        var headers = HTTPFields()
        for (name, value) in row.headers { headers[HTTPField.Name(name)!] = value }
        if let secret { headers[.authorization] = "Bearer \(secret)" }
        let body = row.body.map { ByteBuffer(string: $0(world)) }
        if body != nil { headers[.contentType] = "application/json" }
        return try await client.execute(
            uri: url, method: HTTPRequest.Method(row.method)!, headers: headers, body: body)
    }

    /// The audit log and failed tries are written by refusals too.
    private func digest(_ pool: PostgresPool) async throws -> String {
        try await DatabaseDigest.of(pool, except: ["audit_event", "sign_in_failure"])
    }
}
