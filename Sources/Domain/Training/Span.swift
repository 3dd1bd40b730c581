/// A whole number or a range of them: 12, or 12 to 16.
package struct Span: Codable, Hashable, Sendable {
    package var from: Int
    package var to: Int

    package init(_ from: Int, _ to: Int? = nil) {
        (self.from, self.to) = (from, to ?? from)
    }

    package func validate(within range: ClosedRange<Int>, _ field: String) throws(InvalidField) {
        try Check.range(from, range, field + ".from")
        try Check.range(to, range, field + ".to")
        guard from <= to else { throw InvalidField(field, "\(from) to \(to) runs backwards.") }
    }

    /// `12` or `12-16`.
    package var text: String { from == to ? "\(from)" : "\(from)-\(to)" }
}
