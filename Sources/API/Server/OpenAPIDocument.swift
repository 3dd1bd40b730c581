import Foundation
import HTTPTypes
import Store

/// OpenAPI 3.1, made from the endpoints themselves.
struct OpenAPIDocument {
    private let root: JSONValue

    init(_ endpoints: [Endpoint]) {
        var paths: [String: [String: JSONValue]] = [:]
        let links = OpenAPILinks(endpoints)
        for endpoint in endpoints where endpoint.isDocumented {
            paths[endpoint.path, default: [:]][endpoint.method.rawValue.lowercased()] =
                endpoint.document(links.links(from: endpoint))
        }
        root = [
            "openapi": "3.1.0",
            "info": [
                "title": "PT Hub", "version": "1",
                "description": "Errors are RFC 9457 problem details whose `code` is stable.",
            ],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer"],
                    "cookie": ["type": "apiKey", "in": "cookie", "name": .string(SessionCookie.plainName)],
                ],
                "schemas": ["Problem": Problem.schema.document],
            ],
        ]
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(root)
    }
}

extension Endpoint {
    /// The OpenAPI operation.
    fileprivate func document(_ links: [String: JSONValue]) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": .string(operationID), "summary": .string(summary),
            "responses": .object(responses(links)),
            "security": isOpen ? [] : [["bearer": []], ["cookie": []]],
        ]
        let inPath = parameters.keys.sorted().map { Self.parameter($0, in: "path", parameters[$0]!, isRequired: true) }
        let inQuery = (query ?? []).map { Self.parameter($0.name, in: "query", $0.schema, summary: $0.summary) }
        members["parameters"] = .array(inPath + inQuery + headers)
        if let body {
            members["requestBody"] = [
                "required": true, "content": ["application/json": ["schema": body.document]],
            ]
        }
        if let scope { members["x-scope"] = .string(scope.rawValue) }
        if let roles { members["x-roles"] = .array(roles.map(\.rawValue).sorted().map { .string($0) }) }
        return .object(members)
    }

    private var headers: [JSONValue] {
        var headers: [JSONValue] = []
        if isEdit {
            headers.append(
                Self.parameter(
                    "If-Match", in: "header", .matching(#"\*|"v[0-9]{1,18}""#), isRequired: true,
                    summary: "The ETag of the version that is edited"))
        }
        if isIdempotent {
            headers.append(
                Self.parameter(
                    "Idempotency-Key", in: "header", .matching("[!-~]{1,200}", length: 1...200),
                    summary: "The same key and request again gives the first answer again"))
        }
        return headers
    }

    private static func parameter(
        _ name: String, in place: String, _ schema: Schema, isRequired: Bool = false, summary: String = ""
    ) -> JSONValue {
        [
            "name": .string(name), "in": .string(place), "required": .boolean(isRequired), "schema": schema.document,
            "description": .string(summary),
        ]
    }

    private func responses(_ links: [String: JSONValue]) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [:]
        for code in problemStatuses {
            responses["\(code)"] = [
                "description": .string(HTTPResponse.Status(code: code).reasonPhrase),
                "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
            ]
        }
        for code in success {
            var answer: [String: JSONValue] = ["description": .string(HTTPResponse.Status(code: code).reasonPhrase)]
            if code != 304 && code != 204 && method != .head { answer["content"] = contentDocument }
            if !links.isEmpty && code < 300 { answer["links"] = .object(links) }
            responses["\(code)"] = .object(answer)
        }
        return responses
    }

    private var contentDocument: JSONValue? {
        switch content {
        case .none: nil
        case .json(let schema): ["application/json": ["schema": schema.document]]
        case .media(let types): .object(Dictionary(types.map { ($0, [:]) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// What may go wrong, as it follows from the declaration.
    private var problemStatuses: Set<Int> {
        var codes: Set<Int> = [503]
        codes.formUnion(problems)
        // 403: a role or scope that is missing, or a request from another site with this site's cookie.
        if !isOpen { codes.formUnion([401, 403]) }
        if !parameters.isEmpty { codes.insert(404) }
        if !(query ?? []).isEmpty || body != nil || isIdempotent || query != nil { codes.insert(422) }
        if body != nil { codes.formUnion([400, 413, 415]) }
        if isEdit { codes.formUnion([412, 422, 428]) }
        if limit != nil { codes.insert(429) }
        return codes.subtracting(success)
    }
}

extension Problem: SchemaDescribing {
    static let schema = Schema.object([
        .required("type", .text()), .required("title", .text()), .required("status", .integer(400...599)),
        .required("code", .text()), .required("detail", .text()), .optional("field", .text()),
        .optional(
            "rows",
            .list(
                .object([
                    .required("file", .text()), .required("line", .integer(1...1_000_000)),
                    .required("reason", .text()),
                ]))),
    ])
}
