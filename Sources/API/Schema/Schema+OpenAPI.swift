extension Schema {
    /// As JSON Schema 2020-12, which OpenAPI 3.1 uses.
    var document: JSONValue {
        switch self {
        case .string(let rule): Self.document(rule)
        case .integer(let range):
            ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .number(let range):
            ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
        case .boolean: ["type": "boolean"]
        case .choice(let names): ["type": "string", "enum": .array(names.map { .string($0) })]
        case .array(let schema, let count):
            [
                "type": "array", "items": schema.document, "minItems": .integer(Int64(count.lowerBound)),
                "maxItems": .integer(Int64(count.upperBound)),
            ]
        case .object(let fields): Self.document(fields)
        case .orNull(let schema): ["anyOf": [schema.document, ["type": "null"]]]
        case .anything: [:]
        }
    }

    private static func document(_ rule: StringRule) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": "string", "minLength": .integer(Int64(rule.length.lowerBound)),
            "maxLength": .integer(Int64(rule.length.upperBound)),
        ]
        members["pattern"] = .string("^(?:\(rule.pattern ?? #"[^\x00]*"#))$")
        if let format = rule.format {
            members["format"] = .string(format.rawValue)
            members["pattern"] = nil
        }
        return .object(members)
    }

    private static func document(_ fields: [Field]) -> JSONValue {
        [
            "type": "object", "additionalProperties": false,
            "properties": .object(
                Dictionary(fields.map { ($0.name, $0.schema.document) }, uniquingKeysWith: { first, _ in first })),
            "required": .array(fields.filter(\.isRequired).map { .string($0.name) }),
        ]
    }
}
