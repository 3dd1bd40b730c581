import Domain
import Foundation

/// What a trainer changed of the rules for one client. Keys of `exercises` are exercises, keys below them are rules:
/// `depth`, or where several checks share a name `front_knee.above` (by side) or `lockout.elbow` (by measure).
package struct RuleOverrides: Equatable, Sendable {
    /// One rule's new values; what is nil stays.
    struct Change: Codable, Equatable, Sendable {
        var threshold: Double?
        var major: Double?
        var minimumHold: Double?
        var cue: String?
        /// The rule is not judged for this client.
        var off: Bool?

        enum CodingKeys: String, CodingKey {
            case threshold, major
            case minimumHold = "minimum_hold_s"
            case cue, off
        }
    }

    private struct Content: Codable {
        var version: String
        var exercises: [String: [String: Change]]
    }

    let file: String
    /// Named in reports.
    package let version: String
    let exercises: [String: [String: Change]]

    package init(file path: String) throws(RuleError) {
        let content = try RuleFile.read(path, as: Content.self)
        file = path.split(separator: "/").last.map(String.init) ?? path
        (version, exercises) = (content.version, content.exercises)
        guard !version.isEmpty else { throw RuleError(file: file, key: "version", reason: "it is empty") }
    }

    /// `json` holds what stands under `exercises` in a file; `name` is what errors call it.
    package init(version: String, exercises json: String, name: String = "overrides") throws(RuleError) {
        file = name
        self.version = version
        do throws(RuleError) {
            exercises = try RuleFile.decode(Data(json.utf8), file: name, as: [String: [String: Change]].self)
        } catch {
            throw RuleError(
                file: name, key: "exercises" + (error.key == "file" ? "" : "." + error.key), reason: error.reason)
        }
    }

    func merged(into rules: ExerciseRules) throws(RuleError) -> ExerciseRules {
        var result = rules
        var off: Set<Int> = []
        let changes = exercises[rules.exercise.rawValue] ?? [:]
        for selector in changes.keys.sorted() {
            guard let change = changes[selector] else { continue }
            let index = try self.index(selector, rules)
            if let value = change.threshold { result.rules[index].threshold = value }
            if let value = change.major { result.rules[index].major = value }
            if let value = change.minimumHold { result.rules[index].minimumHold = value }
            if let value = change.cue { result.rules[index].cue = value }
            if change.off == true { off.insert(index) }
        }
        result.rules = result.rules.enumerated().filter { !off.contains($0.offset) }.map(\.element)
        for index in off.sorted() where !result.notAssessable.contains(where: { $0.name == rules.rules[index].name }) {
            result.notAssessable.append(
                ExerciseRules.Exclusion(
                    name: rules.rules[index].name, reason: "Your trainer has switched this check off."))
        }
        return result
    }

    private func index(_ selector: String, _ rules: ExerciseRules) throws(RuleError) -> Int {
        let parts = selector.split(separator: ".", maxSplits: 1).map(String.init)
        let found = rules.rules.indices.filter { index in
            let rule = rules.rules[index]
            let detail = parts.count == 2 ? parts[1] : nil
            return rule.name == parts.first
                && (detail == nil || detail == rule.fires.rawValue || detail == rule.measure.rawValue)
        }
        guard let only = found.first, found.count == 1 else {
            let key = "exercises.\(rules.exercise.rawValue).\(selector)"
            let names = (found.isEmpty ? rules.rules : found.map { rules.rules[$0] })
                .map { "\($0.name).\($0.measure.rawValue)" }.joined(separator: ", ")
            throw RuleError(
                file: file, key: key,
                reason: found.isEmpty ? "there is no such rule; there are \(names)" : "say which one: \(names)")
        }
        return only
    }
}
