/// So many seconds, or between two numbers of them. As text `30` or `30-60`; in JSON that text or a plain number.
package struct SecondsTarget: Hashable, Sendable {
    package let low: Double
    package let high: Double

    /// Nil unless 0 <= low <= high.
    package init?(_ low: Double, _ high: Double) {
        guard low >= 0, high >= low, high.isFinite else { return nil }
        (self.low, self.high) = (low, high)
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Double($0) }
        switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
        case (1, let only?, _): self.init(only, only)
        case (2, let low?, let high?): self.init(low, high)
        default: return nil
        }
    }

    package var text: String { low == high ? Self.text(low) : Self.text(low) + "-" + Self.text(high) }

    private static func text(_ seconds: Double) -> String {
        Int(exactly: seconds).map(String.init) ?? "\(seconds)"
    }
}

extension SecondsTarget: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let number = try? container.decode(Double.self)
        let text = try number.map { "\($0)" } ?? container.decode(String.self)
        guard let value = number.map({ Self($0, $0) }) ?? Self(text) else {
            let reason =
                text.hasPrefix("-") ? "it is negative" : "\"\(text)\" is no number of seconds such as 30 or \"30-60\""
            throw DecodingError.dataCorruptedError(in: container, debugDescription: reason)
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if low == high { try container.encode(low) } else { try container.encode(text) }
    }
}
