/// A word that rule files may use in one place. Another one is answered with the list of those that may.
protocol RuleWord: RawRepresentable, CaseIterable, Codable where RawValue == String {}

extension RuleWord {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let word = Self(rawValue: text) else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is none of: \(known)")
        }
        self = word
    }
}
