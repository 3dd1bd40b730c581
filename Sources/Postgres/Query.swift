/// SQL with its values apart: interpolating a value binds it as a parameter, so no statement is ever made of values.
package struct Query: ExpressibleByStringInterpolation, Sendable {
    /// Pieces of SQL; between two of them stands one parameter.
    private var pieces: [String]
    /// Each value as PostgreSQL's text, nil for NULL.
    package private(set) var values: [String?]
    /// Not worth to be prepared, or not to be: it may be several statements.
    package private(set) var isScript = false

    package init(stringLiteral value: String) {
        (pieces, values) = ([value], [])
    }

    package init(stringInterpolation: StringInterpolation) {
        (pieces, values) = (stringInterpolation.pieces, stringInterpolation.values)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [String] = [""]
        var values: [String?] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) { pieces[pieces.count - 1] += literal }

        package mutating func appendInterpolation(_ value: some PostgresValue) {
            values.append(value.postgresText)
            pieces.append("")
        }

        package mutating func appendInterpolation(_ value: (some PostgresValue)?) {
            values.append(value?.postgresText)
            pieces.append("")
        }

        /// For constants of the program only: column lists, intervals, names.
        package mutating func appendInterpolation(raw sql: StaticString) { pieces[pieces.count - 1] += "\(sql)" }

        /// A part that is a query itself, with its values.
        package mutating func appendInterpolation(_ part: Query) {
            pieces[pieces.count - 1] += part.pieces[0]
            pieces += part.pieces.dropFirst()
            values += part.values
        }
    }

    /// For statements of the program that are not to be prepared: migrations, and what runs once.
    package init(script: String) {
        (pieces, values, isScript) = ([script], [], true)
    }

    /// With `$1`, `$2`, … where the values go.
    package var sql: String {
        var text = pieces[0]
        for (index, piece) in pieces.dropFirst().enumerated() { text += "$\(index + 1)" + piece }
        return text
    }
}
