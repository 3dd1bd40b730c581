package import Foundation

/// A type that can be a parameter and a column, by PostgreSQL's text form.
package protocol PostgresValue: Sendable {
    var postgresText: String { get }
    /// Nil when the text is no such value.
    init?(postgresText: String)
}

extension String: PostgresValue {
    package var postgresText: String { self }
    package init?(postgresText: String) { self = postgresText }
}

extension Bool: PostgresValue {
    package var postgresText: String { self ? "t" : "f" }
    package init?(postgresText: String) { self = postgresText == "t" }
}

extension PostgresValue where Self: LosslessStringConvertible {
    package var postgresText: String { description }
    package init?(postgresText: String) { self.init(postgresText) }
}

extension Int: PostgresValue {}
extension Int16: PostgresValue {}
extension Int32: PostgresValue {}
extension Int64: PostgresValue {}
extension Float: PostgresValue {}
extension Double: PostgresValue {}

extension UUID: PostgresValue {
    package var postgresText: String { uuidString.lowercased() }
    package init?(postgresText: String) { self.init(uuidString: postgresText) }
}

extension Array: PostgresValue where Element: PostgresValue {
    /// `{"…","…"}`, every element quoted.
    package var postgresText: String {
        if Element.self == UInt8.self, let bytes = self as? [UInt8] {
            return "\\x" + bytes.map { Hex.pair($0) }.joined()
        }
        let elements = map { element in
            "\"" + element.postgresText.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "{" + elements.joined(separator: ",") + "}"
    }

    package init?(postgresText: String) {
        if Element.self == UInt8.self {
            guard let bytes = Hex.bytes(postgresText) as? [Element] else { return nil }
            self = bytes
            return
        }
        var values: [Element] = []
        for text in ArrayText.elements(postgresText) {
            guard let value = Element(postgresText: text) else { return nil }
            values.append(value)
        }
        self = values
    }
}

extension UInt8: PostgresValue {}

/// A value kept as json or jsonb.
package struct JSON<Value: Codable & Sendable>: PostgresValue {
    package var value: Value

    package init(_ value: Value) { self.value = value }

    package var postgresText: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(value) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }

    package init?(postgresText: String) {
        guard let value = try? JSONDecoder().decode(Value.self, from: Data(postgresText.utf8)) else { return nil }
        self.value = value
    }
}

extension Date: PostgresValue {
    /// Microseconds, UTC.
    package var postgresText: String {
        let micro = Int64((timeIntervalSince1970 * 1e6).rounded())
        let (seconds, rest) = (micro.quotientAndRemainder(dividingBy: 1_000_000))
        let base = Date(timeIntervalSince1970: Double(rest < 0 ? seconds - 1 : seconds))
        let fraction = String(rest < 0 ? rest + 1_000_000 : rest)
        let padded = String(repeating: "0", count: 6 - fraction.count) + fraction
        return base.formatted(.iso8601.dateSeparator(.dash).timeSeparator(.colon)).dropLast() + "." + padded + "Z"
    }

    /// `2026-11-24 12:00:00.123456+00`; every connection speaks ISO and UTC.
    package init?(postgresText: String) {
        let parts = postgresText.split(separator: "+")
        let halves = (parts.first ?? "").split(separator: ".")
        guard let whole = halves.first,
            let base = try? Date(
                whole.replacing(" ", with: "T") + "Z",
                strategy: .iso8601.dateSeparator(.dash).timeSeparator(.colon))
        else { return nil }
        let fraction = halves.count > 1 ? Double("0." + halves[1]) ?? 0 : 0
        self = base.addingTimeInterval(fraction)
    }
}

enum Hex {
    static func pair(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }

    static func bytes(_ text: String) -> [UInt8]? {
        guard text.hasPrefix("\\x") else { return nil }
        let digits = Array(text.utf8.dropFirst(2))
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
    }
}

/// The elements of a one-dimensional array in PostgreSQL's text form.
enum ArrayText {
    static func elements(_ text: String) -> [String] {
        var elements: [String] = []
        var current = ""
        var (isQuoted, isEscaped, hasContent) = (false, false, false)
        for character in text.dropFirst().dropLast() {
            if isEscaped {
                current.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
                hasContent = true
            } else if character == "," && !isQuoted {
                elements.append(current)
                current = ""
                hasContent = true
            } else {
                current.append(character)
                hasContent = true
            }
        }
        if hasContent { elements.append(current) }
        return elements
    }
}
