package import Domain
package import Postgres

extension PostgresValue where Self: RawRepresentable, RawValue == String {
    package var postgresText: String { rawValue }
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}

extension Exercise.Kind: PostgresValue {}
extension Exercise.Level: PostgresValue {}
extension ExerciseID: PostgresValue {}
extension Workout.Phase: PostgresValue {}
extension Activity.Superset: PostgresValue {}
extension SessionSummary.Status: PostgresValue {}

extension LocalDate: PostgresValue {
    package var postgresText: String { text }
    package init?(postgresText: String) { self.init(postgresText) }
}

extension TimeOfDay: PostgresValue {
    package var postgresText: String { text }
    /// `09:00:00`.
    package init?(postgresText: String) { self.init(String(postgresText.prefix(5))) }
}

extension String {
    /// A pattern for `ILIKE` that finds the text anywhere.
    var anywherePattern: String { "%" + prefixPattern }

    /// A pattern for `LIKE` that finds what begins with the text; its own `%`, `_` and `\` stand for themselves.
    var prefixPattern: String {
        replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
    }
}
