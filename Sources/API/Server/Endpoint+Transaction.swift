import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OpenSSL
import Postgres
import Store

extension Endpoint {
    /// A response that is whole, so that it can be kept.
    struct Prepared: Sendable {
        var status: HTTPResponse.Status
        var headers: HTTPFields
        var body: [UInt8] = []

        var response: Response {
            status == .noContent || status == .notModified
                ? Response(status: status, headers: headers)
                : .bytes(body, type: "application/json", status: status, headers: headers)
        }
    }

    typealias Work = @Sendable (Call, Data) async throws -> Prepared

    /// Reads the body, then runs `work`: in one transaction if the route may write, so that an error leaves the
    /// database as it was. The body is whole before the transaction begins: a slow sender holds no connection.
    func answer(_ call: Call, isTransaction: Bool, _ work: @escaping Work) async throws -> Prepared {
        let data = try await read(call)
        guard isTransaction else { return try await work(call, data) }
        let key = try isIdempotent ? IdempotencyKey(call, method, data) : nil
        return try await call.pool.transaction { transaction in
            var call = call
            call.database = transaction
            guard let key else { return try await work(call, data) }
            if let kept = try await key.kept(transaction) { return kept }
            let response = try await work(call, data)
            return try await key.keep(response, transaction)
        }
    }

    private func read(_ call: Call) async throws(Problem) -> Data {
        guard body != nil else { return Data() }
        let type = call.request.headers[.contentType].map { $0.split(separator: ";")[0].lowercased() }
        guard type == "application/json" else {
            throw Problem(.unsupportedMediaType, "wrong_type", "The content type must be application/json.")
        }
        do { return Data(try await call.request.body.collect(upTo: bodyLimit).readableBytesView) } catch {
            throw Problem(.contentTooLarge, "too_large", "The request's body is larger than \(bodyLimit >> 10) KiB.")
        }
    }
}

/// `Idempotency-Key`: the first request with a key does its work and keeps its answer in the same transaction; the same
/// request again gets that answer. One that comes while the first is under way waits for it at the key's row.
struct IdempotencyKey: Sendable {
    private let key: String
    private let person: Int64
    private let requestHash: Digest

    /// Nil when the request names no key.
    init?(_ call: Call, _ method: HTTPRequest.Method, _ body: Data) throws(Problem) {
        guard let key = call.request.headers[HTTPField.Name("Idempotency-Key")!] else { return nil }
        guard (1...200).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw Problem(
                .unprocessableContent, "invalid_field", "Idempotency-Key must be 1 to 200 visible ASCII characters.",
                field: "Idempotency-Key")
        }
        self.key = key
        person = try call.requirePrincipal().person.id
        requestHash = SHA256.digest(of: Array("\(method.rawValue) \(call.request.uri.path)\n".utf8) + body)
    }

    /// The answer of the same request before; 422 when the key was used for another one.
    fileprivate func kept(_ transaction: Transaction) async throws -> Endpoint.Prepared? {
        guard
            let kept = try await IdempotencyKeys(transaction).claim(key, person: person, requestHash: requestHash.bytes)
        else { return nil }
        guard kept.requestHash == requestHash.bytes else {
            throw Problem(
                .unprocessableContent, "idempotency_key_reused", "This Idempotency-Key belongs to another request.",
                field: "Idempotency-Key")
        }
        var headers = HTTPFields()
        headers[.eTag] = kept.tag
        headers[.location] = kept.location
        headers[HTTPField.Name("Idempotent-Replay")!] = "true"
        return Endpoint.Prepared(status: .init(code: kept.status), headers: headers, body: Array(kept.body.utf8))
    }

    fileprivate func keep(_ answer: Endpoint.Prepared, _ transaction: Transaction) async throws -> Endpoint.Prepared {
        try await IdempotencyKeys(transaction).keep(
            IdempotencyKeys.Answer(
                requestHash: requestHash.bytes, status: answer.status.code, tag: answer.headers[.eTag],
                location: answer.headers[.location], body: String(decoding: answer.body, as: UTF8.self)),
            key: key, person: person)
        return answer
    }
}
