/// What is wrong with a file of rules, overrides or a prescription: which file, which key, why.
package struct RuleError: Error, Equatable, Sendable, CustomStringConvertible {
    package var file: String
    package var key: String
    package var reason: String

    package var description: String { "\(file), \(key): \(reason)." }
}
