/// What a JSON value must be. Requests are checked against it and the OpenAPI document is written from it, so that
/// the two cannot differ.
indirect enum Schema: Sendable {
    case string(StringRule)
    case integer(ClosedRange<Int64>)
    case number(ClosedRange<Double>)
    case boolean
    case choice([String])
    case array(Schema, count: ClosedRange<Int>)
    /// Fields that are not listed are refused.
    case object([Field])
    case orNull(Schema)
    /// Any JSON; for answers only.
    case anything

    struct StringRule: Sendable {
        /// In Unicode scalars, as JSON Schema counts.
        var length: ClosedRange<Int>
        /// For the whole text, without anchors.
        var pattern: String?
        var format: Format?
    }

    enum Format: String, Sendable {
        case date
        case dateTime = "date-time"
        case uuid
        case uri
    }

    struct Field: Sendable {
        var name: String
        var schema: Schema
        var isRequired: Bool

        static func required(_ name: String, _ schema: Schema) -> Field {
            Field(name: name, schema: schema, isRequired: true)
        }

        static func optional(_ name: String, _ schema: Schema) -> Field {
            Field(name: name, schema: schema, isRequired: false)
        }
    }
}

/// A type whose JSON is described.
protocol SchemaDescribing: Sendable {
    static var schema: Schema { get }
}

extension Schema {
    /// Any text without NUL, which PostgreSQL cannot keep.
    static func text(_ length: ClosedRange<Int> = 0...10_000) -> Schema {
        .string(StringRule(length: length, pattern: nil, format: nil))
    }

    static func matching(_ pattern: String, length: ClosedRange<Int> = 0...200) -> Schema {
        .string(StringRule(length: length, pattern: pattern, format: nil))
    }

    private static func formatted(_ format: Format, _ length: ClosedRange<Int>) -> Schema {
        .string(StringRule(length: length, pattern: nil, format: format))
    }

    /// A row's number; what JavaScript can count to.
    static let id = Schema.integer(1...9_007_199_254_740_991)
    static let email = Schema.matching(#"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}"#, length: 3...254)
    /// `2026-11-25`
    static let date = formatted(.date, 10...10)
    /// By RFC 3339, for example `2026-11-25T08:30:00Z`.
    static let timestamp = formatted(.dateTime, 20...40)
    static let uuid = formatted(.uuid, 36...36)
    static let uri = formatted(.uri, 1...2000)

    static func choice<T: CaseIterable & RawRepresentable>(_ type: T.Type) -> Schema where T.RawValue == String {
        .choice(type.allCases.map(\.rawValue))
    }

    static func list(_ schema: Schema, _ count: ClosedRange<Int> = 0...1000) -> Schema { .array(schema, count: count) }

    /// The same fields, none required: for edits that give what changes.
    var allOptional: Schema {
        guard case .object(let fields) = self else { return self }
        return .object(fields.map { .optional($0.name, $0.schema) })
    }
}
