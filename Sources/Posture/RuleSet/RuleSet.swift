import Domain
import Foundation

/// All rules, read and validated once.
package struct RuleSet: Sendable {
    let signal: SignalParameters
    let exercises: [ExerciseID: ExerciseRules]
    /// Named in every report.
    package let version: String

    /// The rules that ship with the program.
    package static func bundled() throws(RuleError) -> RuleSet {
        try RuleSet(folder: Bundle.module.bundlePath + "/Rules")
    }

    /// `signal.json` and one file an exercise.
    package init(folder: String) throws(RuleError) {
        signal = try Self.read(folder, "signal.json")
        let listed = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var exercises: [ExerciseID: ExerciseRules] = [:]
        for file in listed.sorted() where file.hasSuffix(".json") && file != "signal.json" {
            let rules: ExerciseRules = try Self.read(folder, file)
            try Self.validate(rules, file)
            exercises[rules.exercise] = rules
        }
        self.exercises = exercises
        version = ([signal.version] + exercises.values.map(\.version)).max() ?? signal.version
    }

    private static func read<T: Decodable>(_ folder: String, _ file: String) throws(RuleError) -> T {
        guard let data = FileManager.default.contents(atPath: folder + "/" + file) else {
            throw RuleError(file: file, key: "file", reason: "it is not in \(folder)")
        }
        do {
            return try JSONDecoder().decode(T.self, from: data)
        } catch let error as DecodingError {
            throw RuleError(file: file, key: error.keyPath, reason: error.why)
        } catch {
            throw RuleError(file: file, key: "file", reason: "it is not JSON")
        }
    }

    private static func validate(_ rules: ExerciseRules, _ file: String) throws(RuleError) {
        guard file == rules.exercise.rawValue + ".json" else {
            throw RuleError(file: file, key: "exercise", reason: "it says \(rules.exercise.rawValue)")
        }
        guard rules.hold != nil || abs(rules.driver.rest - rules.driver.turn) >= rules.driver.minimumRange,
            rules.hold != nil || rules.driver.minimumRange > 0
        else {
            throw RuleError(file: file, key: "driver.minimum_range", reason: "it is not between 0 and |rest - turn|")
        }
        var names: Set<String> = []
        for (index, rule) in rules.rules.enumerated() {
            let key = "rules[\(index)]"
            guard names.insert(rule.name).inserted else {
                throw RuleError(file: file, key: key + ".name", reason: "\(rule.name) stands there twice")
            }
            guard !rule.views.isEmpty else {
                throw RuleError(file: file, key: key + ".views", reason: "no view is named")
            }
            if let major = rule.major, (rule.fires == .above) != (major > rule.threshold) {
                throw RuleError(file: file, key: key + ".major", reason: "it is not beyond the threshold")
            }
        }
    }
}

extension DecodingError {
    fileprivate var context: Context? {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): context
        case .keyNotFound(_, let context): context
        @unknown default: nil
        }
    }

    fileprivate var keyPath: String {
        var keys = context?.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue } ?? []
        if case .keyNotFound(let key, _) = self { keys.append(key.stringValue) }
        return keys.isEmpty ? "file" : keys.joined(separator: ".")
    }

    fileprivate var why: String {
        if case .keyNotFound = self { return "it is missing" }
        return context?.debugDescription ?? "it cannot be read"
    }
}
