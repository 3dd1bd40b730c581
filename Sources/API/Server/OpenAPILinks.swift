import HTTPTypes

/// OpenAPI links: what can be asked next about a row that an answer names. They follow from the paths: a collection's
/// answer leads to `collection/{id}` and all below it, a row's answer with its ETag to the edit of that row.
struct OpenAPILinks {
    let endpoints: [Endpoint]

    init(_ endpoints: [Endpoint]) {
        self.endpoints = endpoints.filter(\.isDocumented)
    }

    func links(from endpoint: Endpoint) -> [String: JSONValue] {
        guard case .json(let schema) = endpoint.content else { return [:] }
        var links: [String: JSONValue] = [:]
        if let place = Self.placeOfID(schema) {
            for (next, name) in below(endpoint.path) {
                links[next.operationID] = link(to: next, name, "$response.body#\(place)")
            }
        }
        for edit in endpoints where edit.isEdit && edit.path == endpoint.path && endpoint.method == .get {
            links[edit.operationID] = editLink(edit)
        }
        return links
    }

    /// Operations on one row of a collection, and the name of the row's parameter.
    private func below(_ path: String) -> [(Endpoint, String)] {
        endpoints.compactMap { next in
            guard next.path.hasPrefix(path + "/{") else { return nil }
            let rest = next.path.dropFirst(path.count + 2)
            return rest.firstIndex(of: "}").map { (next, String(rest[..<$0])) }
        }
    }

    /// In what a creation or a list answers.
    private static func placeOfID(_ schema: Schema) -> String? {
        guard case .object(let fields) = schema else { return nil }
        if fields.contains(where: { $0.name == "id" && $0.isRequired }) { return "/id" }
        guard let items = fields.first(where: { $0.name == "items" }), case .array(let item, _) = items.schema,
            placeOfID(item) == "/id"
        else { return nil }
        return "/items/0/id"
    }

    private func link(to next: Endpoint, _ name: String, _ value: String) -> JSONValue {
        ["operationId": .string(next.operationID), "parameters": .object([name: .string(value)])]
    }

    private func editLink(_ edit: Endpoint) -> JSONValue {
        let inPath = edit.parameters.keys.map { ($0, JSONValue.string("$request.path.\($0)")) }
        let parameters = Dictionary(inPath, uniquingKeysWith: { first, _ in first })
            .merging(["If-Match": "$response.header.ETag"]) { $1 }
        return ["operationId": .string(edit.operationID), "parameters": .object(parameters)]
    }
}

extension Endpoint {
    /// `get_clients_id_today`
    var operationID: String {
        let words = path.replacing("/api/v1/", with: "").split(whereSeparator: { !$0.isLetter && !$0.isNumber })
        return ([method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
    }
}
