import Foundation
import Hummingbird

/// A parameter after the `?`, never required.
struct QueryParameter: Sendable {
    var name: String
    var schema: Schema
    var summary: String

    init(_ name: String, _ schema: Schema, _ summary: String) {
        (self.name, self.schema, self.summary) = (name, schema, summary)
    }

    static let paging = [
        QueryParameter("limit", .integer(1...PageRequest.maximumLimit), "How many at most"),
        QueryParameter("cursor", .text(0...2000), "`next` of the page before"),
    ]

    /// Checks all that was given; 422 for what is not known, given twice, or wrong.
    static func read(_ request: Request, _ known: [QueryParameter]) throws(Problem) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for (name, text) in pairs(request.uri.query ?? "") {
            guard let parameter = known.first(where: { $0.name == name }) else {
                throw Problem(
                    .unprocessableContent, "unknown_parameter", "There is no query parameter \(name.prefix(100)).",
                    field: String(name.prefix(100)))
            }
            guard values[name] == nil else {
                throw Problem(.unprocessableContent, "invalid_field", "\(name) is given twice.", field: name)
            }
            let value = parameter.schema.value(of: text)
            try parameter.schema.check(value, at: name)
            values[name] = value
        }
        return values
    }

    /// As forms write them: a plus is a blank.
    private static func pairs(_ query: String) -> [(name: String, text: String)] {
        query.split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { half in
                let text = String(half).replacing("+", with: " ")
                return text.removingPercentEncoding ?? text
            }
            return (halves[0], halves.count > 1 ? halves[1] : "")
        }
    }
}

extension Schema {
    /// What a query parameter's text stands for.
    fileprivate func value(of text: String) -> JSONValue {
        switch self {
        case .integer: Int64(text).map { .integer($0) } ?? .string(text)
        case .number: Double(text).map { .number($0) } ?? .string(text)
        case .boolean: text == "true" ? true : text == "false" ? false : .string(text)
        default: .string(text)
        }
    }
}
