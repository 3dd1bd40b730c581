import ArgumentParser
import Domain
import Foundation
import Posture

/// Which rules judge, and what was prescribed.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .customLong("rules"),
        help: "A folder of rule files: exercises are added to the program's own, or take their place.",
        completion: .directory)
    var folder: String?

    @Option(name: .customLong("overrides"), help: "A trainer's changes of rules for one client, JSON.")
    var overridesFile: String?

    @Option(name: .customLong("prescription"), help: "The prescribed set, JSON: reps, tempo, hold_s, rest_s.")
    var prescriptionFile: String?

    /// The program's rules with what `PTHUB_RULES`, `--rules` and `--overrides` name, each upon the one before.
    func ruleSet() throws -> RuleSet {
        do {
            var rules = try RuleSet.bundled()
            for folder in [Settings.fromEnvironment().rulesFolder, folder].compactMap({ $0 }) {
                rules = try rules.adding(folder: folder)
            }
            if let overridesFile { rules = try rules.applying(RuleOverrides(file: overridesFile)) }
            return rules
        } catch {
            throw Failure(.usage, error.description)
        }
    }

    func prescription() throws -> SetTarget? {
        guard let prescriptionFile else { return nil }
        do {
            return try RuleFile.prescription(prescriptionFile)
        } catch {
            throw Failure(.usage, error.description)
        }
    }

    /// An id that has rules, or `generic`.
    func check(_ exercise: ExerciseID?, _ rules: RuleSet) throws {
        let known = rules.identifiers + [.generic]
        guard let exercise, !known.contains(exercise) else { return }
        let names = known.map(\.rawValue).joined(separator: ", ")
        throw Failure(.usage, "There are no rules for \(exercise.rawValue). --exercise takes one of: \(names).")
    }
}

extension ExerciseID: ExpressibleByArgument {
    static var names: String { (allCases + [.generic]).map(\.rawValue).joined(separator: ", ") }
}
