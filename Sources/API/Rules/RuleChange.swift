import Domain
import Foundation
import Posture
import Store

/// What a trainer changes of one check for one client; what is nil stays.
struct RuleChange: Codable, SchemaDescribing {
    var exercise: ExerciseID
    /// As `/api/v1/rules` names it.
    var rule: String
    var threshold: Double?
    var major: Double?
    var minimumHold: Double?
    var cue: String?
    /// True: not judged for this client.
    var off: Bool?

    enum CodingKeys: String, CodingKey {
        case exercise, rule, threshold, major
        case minimumHold = "minimum_hold_s"
        case cue, off
    }

    static let schema = Schema.object([
        .required("exercise", .exercise), .required("rule", .text(1...100)),
        .optional("threshold", .number(-1000...1000)), .optional("major", .number(-1000...1000)),
        .optional("minimum_hold_s", .number(0...60)), .optional("cue", .text(1...200)), .optional("off", .boolean),
    ])
}

/// All that a trainer changes of the rules for one client.
struct RuleChangesBody: Decodable, SchemaDescribing {
    var changes: [RuleChange]

    static let schema = Schema.object([.required("changes", .list(RuleChange.schema, 0...200))])

    /// Each by itself against the rules, so that an error names the change; then all as they are kept.
    func document(_ rules: RuleSet) throws(InvalidField) -> String {
        var document: [String: [String: Values]] = [:]
        for (index, change) in changes.enumerated() {
            let field = "changes[\(index)]"
            guard document[change.exercise.rawValue]?[change.rule] == nil else {
                throw InvalidField(field, "The rule \(change.rule) is changed twice.")
            }
            do throws(RuleError) {
                _ = try rules.applying(
                    RuleOverrides(
                        version: "0", exercises: Self.json([change.exercise.rawValue: [change.rule: Values(change)]])))
            } catch {
                throw InvalidField(field + Self.key(error.key), "\(error.key): \(error.reason).")
            }
            document[change.exercise.rawValue, default: [:]][change.rule] = Values(change)
        }
        return Self.json(document)
    }

    /// Which field of the change a rule's key is about.
    private static func key(_ key: String) -> String {
        let last = key.split(separator: ".").last.map(String.init) ?? ""
        return ["threshold", "major", "minimum_hold_s", "cue"].contains(last) ? "." + last : ".rule"
    }

    private static func json(_ document: [String: [String: Values]]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: (try? encoder.encode(document)) ?? Data(), as: UTF8.self)
    }
}

/// One check's new values, as overrides keep them below exercise and rule.
private struct Values: Codable {
    var threshold: Double?
    var major: Double?
    var minimum_hold_s: Double?
    var cue: String?
    var off: Bool?

    init(_ change: RuleChange) {
        (threshold, major, minimum_hold_s) = (change.threshold, change.major, change.minimumHold)
        (cue, off) = (change.cue, change.off)
    }
}

/// A version of a trainer's changes for one client.
struct RuleChangesView: Encodable, SchemaDescribing {
    /// 0: nothing was ever changed.
    var version: Int64
    var changes: [RuleChange]
    var changedAt: Date?

    enum CodingKeys: String, CodingKey {
        case version, changes
        case changedAt = "changed_at"
    }

    static let schema = Schema.object([
        .required("version", .integer(0...Int64(Int32.max))), .required("changes", .list(RuleChange.schema)),
        .optional("changed_at", .timestamp),
    ])

    init(_ row: RuleChanges.Version) throws {
        version = row.version
        changedAt = row.createdAt
        let document = try JSONDecoder().decode([String: [String: Values]].self, from: Data(row.exercises.utf8))
        changes = document.sorted { $0.key < $1.key }.flatMap { exercise, rules in
            rules.sorted { $0.key < $1.key }.compactMap { rule, values in
                ExerciseID(rawValue: exercise).map { id in
                    RuleChange(
                        exercise: id, rule: rule, threshold: values.threshold, major: values.major,
                        minimumHold: values.minimum_hold_s, cue: values.cue, off: values.off)
                }
            }
        }
    }
}

/// One check of the rules that clips are judged by.
struct RuleCheckView: Encodable, SchemaDescribing {
    var check: RuleCheck

    private enum CodingKeys: String, CodingKey {
        case exercise, version, rule, measure, unit, fires, threshold, major
        case minimumHold = "minimum_hold_s"
        case views, information, cue, source
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(check.exercise, forKey: .exercise)
        try container.encode(check.version, forKey: .version)
        try container.encode(check.rule, forKey: .rule)
        try container.encode(check.measure, forKey: .measure)
        try container.encode(check.unit, forKey: .unit)
        try container.encode(check.fires, forKey: .fires)
        try container.encode(check.threshold, forKey: .threshold)
        try container.encodeIfPresent(check.major, forKey: .major)
        try container.encode(check.minimumHold, forKey: .minimumHold)
        try container.encode(check.views, forKey: .views)
        try container.encode(check.isInformation, forKey: .information)
        try container.encode(check.cue, forKey: .cue)
        try container.encode(check.source, forKey: .source)
    }

    static let schema = Schema.object([
        .required("exercise", .exercise), .required("version", .text()), .required("rule", .text()),
        .required("measure", .text()), .required("unit", .text()), .required("fires", .choice(["above", "below"])),
        .required("threshold", .number(-1e9...1e9)), .optional("major", .number(-1e9...1e9)),
        .required("minimum_hold_s", .number(0...1e9)),
        .required("views", .list(.choice(["side", "front", "oblique"]))), .required("information", .boolean),
        .required("cue", .text()), .required("source", .text()),
    ])
}
