/// What a trainer asked for in one set of one exercise. What is nil was not prescribed.
package struct SetTarget: Codable, Equatable, Sendable {
    package var reps: RepTarget?
    package var tempo: TempoTarget?
    /// Seconds of a hold.
    package var hold: SecondsTarget?
    /// Seconds of rest after the set.
    package var rest: SecondsTarget?

    package init(
        reps: RepTarget? = nil, tempo: TempoTarget? = nil, hold: SecondsTarget? = nil, rest: SecondsTarget? = nil
    ) {
        (self.reps, self.tempo, self.hold, self.rest) = (reps, tempo, hold, rest)
    }

    enum CodingKeys: String, CodingKey {
        case reps, tempo
        case hold = "hold_s"
        case rest = "rest_s"
    }
}

/// So many reps, or between two numbers of them. As text `8` or `12-16`; in JSON that text or a plain number.
package struct RepTarget: Equatable, Sendable {
    package let range: ClosedRange<Int>

    /// Nil unless 1 <= low <= high <= 1000.
    package init?(_ low: Int, _ high: Int) {
        guard low >= 1, high >= low, high <= 1000 else { return nil }
        range = low...high
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
        case (1, let only?, _): self.init(only, only)
        case (2, let low?, let high?): self.init(low, high)
        default: return nil
        }
    }

    package var text: String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}

extension RepTarget: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try (try? container.decode(Int.self)).map { "\($0)" } ?? container.decode(String.self)
        guard let value = RepTarget(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not a number of reps such as 8 or \"12-16\"")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Four phases: eccentric, pause after it, concentric, pause after it. As text one character a phase, a digit of
/// seconds or X for explosive (`31X0`), or numbers parted by hyphens (`2-0.5-X-1`).
package struct TempoTarget: Equatable, Sendable {
    package enum Phase: Equatable, Sendable {
        case seconds(Double)
        /// As fast as can be.
        case explosive
    }

    package let phases: [Phase]

    package init?(_ text: String) {
        let parts =
            text.contains("-")
            ? text.split(separator: "-", omittingEmptySubsequences: false).map(String.init) : text.map(String.init)
        let phases = parts.compactMap(Self.phase)
        guard parts.count == 4, phases.count == 4 else { return nil }
        self.phases = phases
    }

    private static func phase(_ text: String) -> Phase? {
        if text == "X" || text == "x" { return .explosive }
        guard let seconds = Double(text), (0...60).contains(seconds) else { return nil }
        return .seconds(seconds)
    }

    package var text: String {
        let parts = phases.map { phase in
            switch phase {
            case .explosive: "X"
            case .seconds(let value): value == value.rounded() ? "\(Int(value))" : "\(value)"
            }
        }
        return parts.allSatisfy { $0.count == 1 } ? parts.joined() : parts.joined(separator: "-")
    }
}

extension TempoTarget: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = TempoTarget(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not a tempo such as \"31X0\" or \"2-0.5-X-1\"")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
