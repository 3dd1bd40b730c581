import API
import Archive
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Postgres
import Store
import Support
import Testing

/// What every route gets from its declaration, on a real database.
@Suite struct EndpointTests {
    private struct Service {
        var pool: PostgresPool
        var client: any TestClientProtocol
        var trainer: String

        func send(
            _ method: HTTPRequest.Method, _ uri: String, _ body: String? = nil, _ headers: [String: String] = [:],
            type: String = "application/json"
        ) async throws -> TestResponse {
            var fields: HTTPFields = [.authorization: "Bearer \(trainer)"]
            if body != nil { fields[.contentType] = type }
            for (name, value) in headers { fields[HTTPField.Name(name)!] = value }
            return try await client.execute(
                uri: uri, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
        }
    }

    private func withService(
        rateFactor: Double = 1000, _ body: @escaping @Sendable (Service) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let folder = try TemporaryFolder()
            let trainer = try await People(pool).add(
                email: "t@x.example", firstName: "", lastName: "", role: .trainer, credential: nil)
            let secret = try await AuthSessions(pool).create(for: trainer.id)
            var configuration = APIConfiguration()
            configuration.rateFactor = rateFactor
            let application = try buildApplication(
                configuration, pool: pool, archive: try FileStore(root: folder.path), logger: TestLogger.silent)
            try await application.test(.router) {
                try await body(Service(pool: pool, client: $0, trainer: secret))
            }
        }
    }

    private static let invitation = #"{"email":"a@x.example","role":"client"}"#

    private func invitations(_ service: Service) async throws -> Int {
        try await service.pool.query("SELECT count(*) AS n FROM invitation")[0].get("n")
    }

    private func code(_ answer: TestResponse) -> String {
        struct Problem: Decodable { var code: String }
        return (try? JSONDecoder().decode(Problem.self, from: Data(answer.body.readableBytesView)))?.code ?? ""
    }

    @Test("Of many edits of one version at once, one wins and the others learn of it")
    func lostUpdate() async throws {
        try await withService { service in
            let tag = try #require(try await service.send(.get, "/api/v1/me").headers[.eTag])
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        try await service.send(
                            .patch, "/api/v1/me", #"{"first_name":"\#(index)"}"#, ["If-Match": tag]
                        ).status.code
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 412, count: 7))
        }
    }

    @Test(
        "An edit says which version it means",
        arguments: [
            (nil, 428, "version_needed"), ("\"v7\"", 412, "version_stale"),
            ("\"v999999999999999999\"", 412, "version_stale"), ("7", 422, "invalid_field"),
        ]
            as [(String?, Int, String)])
    func ifMatch(tag: String?, status: Int, expected: String) async throws {
        try await withService { service in
            let answer = try await service.send(
                .patch, "/api/v1/me", #"{"first_name":"x"}"#, tag.map { ["If-Match": $0] } ?? [:])
            #expect(answer.status.code == status && code(answer) == expected)
        }
    }

    @Test("What has not changed is not sent again")
    func notModified() async throws {
        try await withService { service in
            let tag = try #require(try await service.send(.get, "/api/v1/me").headers[.eTag])
            let again = try await service.send(.get, "/api/v1/me", nil, ["If-None-Match": tag])
            #expect(again.status == .notModified && again.body.readableBytes == 0)
        }
    }

    @Test("One key and one request make one row, however many come at once")
    func idempotency() async throws {
        try await withService { service in
            let bodies = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        let answer = try await service.send(
                            .post, "/api/v1/invitations", Self.invitation, ["Idempotency-Key": "k"])
                        #expect(answer.status == .created)
                        return String(buffer: answer.body)
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(bodies.count == 1)
            #expect(try await invitations(service) == 1)
            let other = try await service.send(
                .post, "/api/v1/invitations", #"{"email":"b@x.example","role":"client"}"#, ["Idempotency-Key": "k"])
            #expect(other.status == .unprocessableContent && code(other) == "idempotency_key_reused")
        }
    }

    @Test("A request that failed leaves its key free")
    func idempotencyAfterFailure() async throws {
        try await withService { service in
            let refused = try await service.send(
                .post, "/api/v1/invitations", #"{"email":"b@x.example","role":"admin"}"#, ["Idempotency-Key": "k"])
            #expect(refused.status == .forbidden)
            let answer = try await service.send(
                .post, "/api/v1/invitations", Self.invitation, ["Idempotency-Key": "k"])
            #expect(answer.status == .created)
        }
    }

    @Test("Too many requests are told when to come back")
    func rateLimit() async throws {
        try await withService(rateFactor: 0.1) { service in
            let body = #"{"email":"nobody@x.example"}"#
            #expect(try await service.send(.post, "/api/v1/password-reset", body).status == .noContent)
            let refused = try await service.send(.post, "/api/v1/password-reset", body)
            #expect(refused.status == .tooManyRequests && code(refused) == "too_many_requests")
            #expect((Int(refused.headers[.retryAfter] ?? "") ?? 0) > 0)
        }
    }

    @Test(
        "What is malformed is refused with the field, and nothing is stored",
        arguments: [
            ("{", 400, "malformed_json"), ("[]", 400, "malformed_json"), ("", 400, "malformed_json"),
            (#"{"role":"client"}"#, 422, "email"), (#"{"email":1,"role":"client"}"#, 422, "email"),
            (#"{"email":"a@x.example","role":"king"}"#, 422, "role"),
            (#"{"email":"a@x.example","role":"client","x":1}"#, 422, "x"),
            (#"{"email":"a@x.example","role":"client","first_name":"\u0000"}"#, 422, "first_name"),
            (#"{"email":"a@x.example","role":"client","first_name":null}"#, 422, "first_name"),
        ] as [(String, Int, String)])
    func malformed(body: String, status: Int, word: String) async throws {
        try await withService { service in
            let answer = try await service.send(.post, "/api/v1/invitations", body)
            #expect(answer.status.code == status && String(buffer: answer.body).contains(word))
            #expect(try await invitations(service) == 0)
        }
    }

    @Test("Names of any script and length are counted in characters, not bytes", arguments: ["🏋️‍♀️", "مدرب", "名前"])
    func names(name: String) async throws {
        try await withService { service in
            let long = String(repeating: name, count: 100 / name.unicodeScalars.count)
            for (text, status) in [(long, 200), (long + long, 422)] {
                let answer = try await service.send(
                    .patch, "/api/v1/me", #"{"first_name":"\#(text)"}"#, ["If-Match": "*"])
                #expect(answer.status.code == status)
            }
        }
    }
}
