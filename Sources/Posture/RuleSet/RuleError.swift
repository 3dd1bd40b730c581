/// What is wrong with a rule file: which file, which key, why.
package struct RuleError: Error, Equatable, Sendable, CustomStringConvertible {
    package var file: String
    package var key: String
    package var reason: String

    package var description: String { "Rule file \(file), \(key): \(reason)" }
}
