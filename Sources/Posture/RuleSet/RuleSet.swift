package import Domain
import Foundation

/// All rules, read and validated once.
package struct RuleSet: Sendable {
    let signal: SignalParameters
    private(set) var exercises: [ExerciseID: ExerciseRules]
    /// Named in every report: the newest of the files' versions, and a trainer's overrides behind a plus.
    package private(set) var version: String

    /// The rules that ship with the program.
    package static func bundled() throws(RuleError) -> RuleSet {
        try RuleSet(folder: Bundle.module.bundlePath + "/Rules")
    }

    /// `signal.json` and one file an exercise.
    package init(folder: String) throws(RuleError) {
        signal = try RuleFile.read(folder + "/signal.json", as: SignalParameters.self)
        exercises = [:]
        version = signal.version
        try read(folder)
    }

    /// These rules with a folder's exercises added, or put in the place of those of the same name.
    package func adding(folder: String) throws(RuleError) -> RuleSet {
        var result = self
        try result.read(folder)
        return result
    }

    /// These rules as a trainer wants them for one client.
    package func applying(_ overrides: RuleOverrides) throws(RuleError) -> RuleSet {
        var result = self
        for id in overrides.exercises.keys.sorted() {
            guard let exercise = ExerciseID(rawValue: id), let rules = exercises[exercise] else {
                let known = identifiers.map(\.rawValue).joined(separator: ", ")
                throw RuleError(file: overrides.file, key: "exercises.\(id)", reason: "it is none of: \(known)")
            }
            var changed = try overrides.merged(into: rules)
            changed.version += "+" + overrides.version
            try RuleValidation(file: overrides.file, rules: changed).run()
            result.exercises[exercise] = changed
        }
        result.version += "+" + overrides.version
        return result
    }

    /// The exercises that have rules, by name.
    package var identifiers: [ExerciseID] { exercises.keys.sorted { $0.rawValue < $1.rawValue } }

    private mutating func read(_ folder: String) throws(RuleError) {
        guard let listed = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw RuleError(file: folder, key: "folder", reason: "it cannot be read")
        }
        for file in listed.sorted() where file.hasSuffix(".json") && file != "signal.json" {
            let rules = try RuleFile.read(folder + "/" + file, as: ExerciseRules.self)
            try RuleValidation(file: file, rules: rules).run()
            guard file == rules.exercise.rawValue + ".json" else {
                throw RuleError(
                    file: file, key: "exercise",
                    reason: "it says \(rules.exercise.rawValue), so the file has to be \(rules.exercise.rawValue).json")
            }
            exercises[rules.exercise] = rules
            version = max(version, rules.version)
        }
    }
}
