import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// The demo's side of the HTTP API: what a trainer's browser does, as a small client.
struct DemoClient {
    let baseURL: String
    private var token = ""

    init(baseURL: String) {
        self.baseURL = baseURL
    }

    struct Client: Decodable {
        var id: Int64
        var email: String
    }
    struct Clip: Decodable {
        struct Reason: Decodable { var message: String }
        var id: String
        var state: String
        var progress: Double?
        var framesPerSecond: Double?
        var secondsLeft: Double?
        var failure: Reason?
        var filename: String

        enum CodingKeys: String, CodingKey {
            case id, state, progress
            case framesPerSecond = "frames_per_s"
            case secondsLeft = "left_s"
            case failure, filename
        }
    }
    private struct SignedIn: Decodable { var token: String }
    private struct Items<Item: Decodable>: Decodable { var items: [Item] }

    mutating func signIn(email: String, password: String) async throws {
        let body = try JSONEncoder().encode(["email": email, "password": password])
        let answer = try await send(.POST, "/api/v1/session", ["Content-Type": "application/json"], Array(body))
        token = try JSONDecoder().decode(SignedIn.self, from: Data(buffer: answer.body)).token
    }

    func clients() async throws -> [Client] { try await items("/api/v1/clients") }
    func clips() async throws -> [Clip] { try await items("/api/v1/clips") }

    func clip(_ id: String) async throws -> Clip {
        try JSONDecoder().decode(Clip.self, from: Data(buffer: try await send(.GET, "/api/v1/clips/\(id)").body))
    }

    func report(_ id: String) async throws -> Data {
        Data(buffer: try await send(.GET, "/api/v1/clips/\(id)/report").body)
    }

    func publish(_ id: String) async throws { _ = try await send(.PUT, "/api/v1/clips/\(id)/publication") }

    func page(_ id: String) async throws -> String {
        String(buffer: try await send(.GET, "/clips/\(id)").body)
    }

    /// By tus, in parts; the clip's id. `progress` 0...1.
    func upload(
        _ bytes: [UInt8], filename: String, client: Int64, exercise: String, progress: (Double) -> Void
    ) async throws -> String {
        let metadata = [("filename", filename), ("client_id", "\(client)"), ("exercise", exercise)]
            .map { "\($0.0) \(Data($0.1.utf8).base64EncodedString())" }.joined(separator: ",")
        let created = try await send(
            .POST, "/api/v1/uploads",
            ["Tus-Resumable": "1.0.0", "Upload-Length": "\(bytes.count)", "Upload-Metadata": metadata])
        guard let location = created.headers.first(name: "Location") else {
            throw Failure(.failed, "The server did not say where the upload goes.")
        }
        var offset = 0
        while true {
            progress(Double(offset) / Double(max(bytes.count, 1)))
            let part = Array(bytes[offset..<min(offset + 256 << 10, bytes.count)])
            let answer = try await send(
                .PATCH, location,
                [
                    "Tus-Resumable": "1.0.0", "Upload-Offset": "\(offset)",
                    "Content-Type": "application/offset+octet-stream",
                ], part)
            if let clip = answer.headers.first(name: "PT-Clip-Id") { return clip }
            guard let next = answer.headers.first(name: "Upload-Offset").flatMap({ Int($0) }), next > offset else {
                throw Failure(.failed, "The upload does not get on.")
            }
            offset = next
        }
    }

    private func items<Item: Decodable>(_ path: String) async throws -> [Item] {
        try JSONDecoder().decode(Items<Item>.self, from: Data(buffer: try await send(.GET, path).body)).items
    }

    private func send(
        _ method: HTTPMethodName, _ path: String, _ headers: [String: String] = [:], _ body: [UInt8]? = nil
    ) async throws -> (headers: HTTPClientResponseHeaders, body: ByteBuffer) {
        var request = HTTPClientRequest(url: baseURL + path)
        request.method = .init(rawValue: method.rawValue)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if !token.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let content = try await response.body.collect(upTo: 64 << 20)
        guard (200..<300).contains(response.status.code) else {
            throw Failure(
                .failed, "\(method.rawValue) \(path) answered \(response.status.code): \(String(buffer: content))")
        }
        return (HTTPClientResponseHeaders(response.headers.map { ($0.name, $0.value) }), content)
    }

    enum HTTPMethodName: String { case GET, POST, PATCH, PUT }

    /// Names without regard to case.
    struct HTTPClientResponseHeaders {
        private let fields: [(String, String)]
        init(_ fields: [(String, String)]) { self.fields = fields }
        func first(name: String) -> String? { fields.first { $0.0.lowercased() == name.lowercased() }?.1 }
    }
}
