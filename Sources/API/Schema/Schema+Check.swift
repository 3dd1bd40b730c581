import Foundation
import HTTPTypes

extension Schema {
    /// 422 with the path of the first field that is wrong, as `sets[2].reps`.
    func check(_ value: JSONValue, at path: String = "") throws(Problem) {
        switch (self, value) {
        case (.anything, _), (.boolean, .boolean), (.orNull, .null): break
        case (.orNull(let schema), _): try schema.check(value, at: path)
        case (.string(let rule), .string(let text)): try check(text, rule, path)
        case (.choice(let names), .string(let text)):
            guard names.contains(text) else { throw wrong(path, "be one of \(names.joined(separator: ", "))") }
        case (.integer(let range), .integer(let number)):
            guard range.contains(number) else { throw wrong(path, between(range.lowerBound, range.upperBound)) }
        case (.number(let range), .integer(let number)): try check(Double(number), range, path)
        case (.number(let range), .number(let number)): try check(number, range, path)
        case (.array(let schema, let count), .array(let values)): try check(values, schema, count, path)
        case (.object(let fields), .object(let members)): try check(members, fields, path)
        default: throw wrong(path, "be \(kind)")
        }
    }

    private func check(_ text: String, _ rule: StringRule, _ path: String) throws(Problem) {
        guard !text.unicodeScalars.contains("\0") else { throw wrong(path, "not contain the character NUL") }
        guard rule.length.contains(text.unicodeScalars.count) else {
            let (low, high) = (rule.length.lowerBound, rule.length.upperBound)
            throw wrong(path, low == 0 ? "have at most \(high) characters" : "have \(low) to \(high) characters")
        }
        if let pattern = rule.pattern {
            guard Self.matches(text, pattern) else { throw wrong(path, "have the form \(pattern)") }
        }
        if let format = rule.format {
            guard format.accepts(text) else { throw wrong(path, "be \(format.words)") }
        }
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool {
        guard let regex = try? Regex(pattern).matchingSemantics(.unicodeScalar) else {
            preconditionFailure("the pattern \(pattern) of a schema is no regular expression")
        }
        return (try? regex.wholeMatch(in: text)) != nil
    }

    private func check(_ number: Double, _ range: ClosedRange<Double>, _ path: String) throws(Problem) {
        guard range.contains(number) else { throw wrong(path, between(range.lowerBound, range.upperBound)) }
    }

    private func check(
        _ values: [JSONValue], _ schema: Schema, _ count: ClosedRange<Int>, _ path: String
    ) throws(Problem) {
        guard count.contains(values.count) else {
            throw wrong(path, "have \(count.lowerBound) to \(count.upperBound) entries")
        }
        for (index, value) in values.enumerated() { try schema.check(value, at: "\(path)[\(index)]") }
    }

    private func check(_ members: [String: JSONValue], _ fields: [Field], _ path: String) throws(Problem) {
        let known = Set(fields.map(\.name))
        let prefix = path.isEmpty ? "" : path + "."
        if let unknown = members.keys.filter({ !known.contains($0) }).min() {
            let name = prefix + unknown.prefix(100)
            throw Problem(.unprocessableContent, "unknown_field", "There is no field \(name).", field: name)
        }
        for field in fields {
            if let value = members[field.name] {
                try field.schema.check(value, at: prefix + field.name)
            } else if field.isRequired {
                throw Problem(
                    .unprocessableContent, "invalid_field", "The field \(prefix + field.name) is missing.",
                    field: prefix + field.name)
            }
        }
    }

    private func between(_ low: some Comparable, _ high: some Comparable) -> String { "be from \(low) to \(high)" }

    private func wrong(_ path: String, _ demand: String) -> Problem {
        let name = path.isEmpty ? "The request's body" : "The field \(path)"
        return Problem(
            .unprocessableContent, "invalid_field", "\(name) must \(demand).", field: path.isEmpty ? "body" : path)
    }

    private var kind: String {
        switch self {
        case .string, .choice: "a string"
        case .integer: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        case .array: "a list"
        case .object: "an object"
        case .orNull(let schema): schema.kind + " or null"
        case .anything: "JSON"
        }
    }
}

extension Schema.Format {
    var words: String {
        switch self {
        case .date: "a date like 2026-11-25"
        case .dateTime: "a time like 2026-11-25T08:30:00Z"
        case .uuid: "a UUID"
        case .uri: "a URL that begins with http:// or https://"
        }
    }

    func accepts(_ text: String) -> Bool {
        switch self {
        case .date: Self.isDate(text)
        case .dateTime: Timestamp.parse(text) != nil
        case .uuid: UUID(uuidString: text) != nil
        case .uri:
            URL(string: text).map { ["http", "https"].contains($0.scheme?.lowercased()) && $0.host() != nil } ?? false
        }
    }

    /// A day that is in the calendar.
    private static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.map(\.utf8.count) == [4, 2, 2],
            parts.joined().utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year > 0,
            (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }
}
