import Foundation
import HTTPTypes

/// OpenAPI 3.1, made from the endpoints themselves.
struct OpenAPIDocument: Encodable {
    struct Info: Encodable {
        var title = "PT Hub"
        var version = "1"
    }
    struct Parameter: Encodable {
        var name: String
        var location = "path"
        var required = true
        var schema = ["type": "string"]

        enum CodingKeys: String, CodingKey {
            case name
            case location = "in"
            case required, schema
        }
    }
    struct Answer: Encodable { var description: String }
    struct Operation: Encodable {
        var summary: String
        var parameters: [Parameter]
        var responses: [String: Answer]
        var security: [[String: [String]]]
    }
    struct Scheme: Encodable {
        var type: String
        var scheme: String?
        var location: String?
        var name: String?

        enum CodingKeys: String, CodingKey {
            case type, scheme
            case location = "in"
            case name
        }
    }
    struct Components: Encodable { var securitySchemes: [String: Scheme] }

    var openapi = "3.1.0"
    var info = Info()
    var paths: [String: [String: Operation]] = [:]
    var components = Components(securitySchemes: [
        "bearer": Scheme(type: "http", scheme: "bearer", location: nil, name: nil),
        "cookie": Scheme(type: "apiKey", scheme: nil, location: "cookie", name: SessionCookie.plainName),
    ])

    init(_ endpoints: [Endpoint]) {
        for endpoint in endpoints {
            let names = endpoint.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast())
            }
            var codes = endpoint.statuses
            if endpoint.needsSession { codes += [401] }
            if !names.isEmpty { codes += [404] }
            let answers = Dictionary(
                uniqueKeysWithValues: Set(codes + [503]).map {
                    ("\($0)", Answer(description: HTTPResponse.Status(code: $0).reasonPhrase))
                })
            paths[endpoint.path, default: [:]][endpoint.method.rawValue.lowercased()] = Operation(
                summary: endpoint.summary, parameters: names.map { Parameter(name: $0) }, responses: answers,
                security: endpoint.needsSession ? [["bearer": []], ["cookie": []]] : [])
        }
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
