import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// JSON with sorted keys; never cached, since what one may see can change.
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return .bytes(Array(try encoder.encode(value)), type: "application/json", status: status, headers: headers)
    }

    static func bytes(
        _ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var fields = headers
        fields[.contentType] = type
        if fields[.cacheControl] == nil { fields[.cacheControl] = "private, no-store" }
        return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension Request {
    /// A small JSON body; 413, 400 or 422 with the field's name otherwise. Fields that are not known are refused.
    func decode<T: Decodable>(_ type: T.Type, fields: Set<String>) async throws -> T {
        let body: ByteBuffer
        do { body = try await self.body.collect(upTo: 64 << 10) } catch {
            throw Problem(.contentTooLarge, "too_large", "The request's body is larger than 64 KiB.")
        }
        let data = Data(body.readableBytesView)
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw Problem(.badRequest, "malformed_json", "The request's body is not a JSON object.")
        }
        if let unknown = object.keys.sorted().first(where: { !fields.contains($0) }) {
            throw Problem(.unprocessableContent, "unknown_field", "There is no field \(unknown).", field: unknown)
        }
        do { return try JSONDecoder().decode(type, from: data) } catch let error as DecodingError {
            let field = error.fieldName
            throw Problem(
                .unprocessableContent, "invalid_field", "The field \(field) is missing or not of the right type.",
                field: field)
        }
    }
}

extension DecodingError {
    fileprivate var fieldName: String {
        switch self {
        case .keyNotFound(let key, _): key.stringValue
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.last?.stringValue ?? "body"
        @unknown default: "body"
        }
    }
}
