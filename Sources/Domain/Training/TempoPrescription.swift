/// The four phases of a rep in seconds, one digit each: eccentric, pause, concentric, pause. `X` is as fast as one can.
package struct TempoPrescription: Hashable, Sendable {
    /// Four characters of `0`…`9` and `X`.
    package let text: String

    package init(_ text: String) throws(InvalidField) {
        let upper = text.uppercased()
        guard upper.utf8.count == 4, upper.utf8.allSatisfy({ (48...57).contains($0) || $0 == 88 }) else {
            throw InvalidField(
                "tempo", "A tempo has four digits, or X for as fast as possible, for example 3010 or 30X1.")
        }
        self.text = upper
    }

    /// Seconds a phase; nil where it is as fast as one can.
    package var seconds: [Int?] { text.map { $0.wholeNumberValue } }
}

extension TempoPrescription: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do { try self.init(try container.decode(String.self)) } catch let error as InvalidField {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.reason)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
