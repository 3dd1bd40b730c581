/// What is wrong with something that a person entered: which field, and what to do about it.
package struct InvalidField: Error, Equatable, Sendable {
    /// The path to the field: `work[2].exercises[0].prescription.tempo`.
    package var field: String
    /// One sentence.
    package var reason: String

    package init(_ field: String, _ reason: String) {
        (self.field, self.reason) = (field, reason)
    }

    /// The same, seen from one level above.
    package func under(_ parent: String) -> InvalidField {
        guard !field.isEmpty else { return InvalidField(parent, reason) }
        return InvalidField(parent + (field.hasPrefix("[") ? "" : ".") + field, reason)
    }
}

/// Checks that several values share.
package enum Check {
    /// A name: 1 to 200 characters, not only blanks, no control characters.
    package static func name(_ text: String, _ field: String = "name") throws(InvalidField) {
        guard text.contains(where: { !$0.isWhitespace }) else { throw InvalidField(field, "It must not be empty.") }
        try Check.text(text, field, longest: 200)
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw InvalidField(field, "It must not contain line breaks or control characters.")
        }
    }

    /// Free text; PostgreSQL keeps no NUL.
    package static func text(_ text: String, _ field: String, longest: Int = 4000) throws(InvalidField) {
        guard text.unicodeScalars.count <= longest else {
            throw InvalidField(field, "It has \(text.unicodeScalars.count) characters; at most \(longest) are kept.")
        }
        guard !text.unicodeScalars.contains("\0") else {
            throw InvalidField(field, "It contains a NUL character.")
        }
    }

    package static func range<T: Comparable & Sendable>(
        _ value: T?, _ range: ClosedRange<T>, _ field: String
    ) throws(InvalidField) {
        guard let value, !range.contains(value) else { return }
        throw InvalidField(field, "\(value) is not within \(range.lowerBound) to \(range.upperBound).")
    }

    /// Runs a check of each element; an error names the element by its index.
    package static func each<T>(
        _ values: [T], _ field: String, _ check: (T) throws(InvalidField) -> Void
    ) throws(InvalidField) {
        for (index, value) in values.enumerated() {
            do throws(InvalidField) { try check(value) } catch { throw error.under("\(field)[\(index)]") }
        }
    }

    /// Runs a check of a value below `field`.
    package static func nested(_ field: String, _ check: () throws(InvalidField) -> Void) throws(InvalidField) {
        do throws(InvalidField) { try check() } catch { throw error.under(field) }
    }
}
