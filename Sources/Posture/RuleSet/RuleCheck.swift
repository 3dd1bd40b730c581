package import Domain

/// One check as trainers see it: what may be changed, and what it is now.
package struct RuleCheck: Sendable {
    package var exercise: ExerciseID
    /// Of the exercise's rules.
    package var version: String
    /// What overrides call it: its name, with its measure or its side where several checks share the name.
    package var rule: String
    package var measure: String
    package var unit: String
    /// `above` or `below`.
    package var fires: String
    package var threshold: Double
    package var major: Double?
    package var minimumHold: Double
    package var views: [String]
    package var isInformation: Bool
    package var cue: String
    package var source: String
}

extension RuleSet {
    /// Every check of every exercise, by the exercise's name.
    package var checks: [RuleCheck] {
        identifiers.flatMap { id in exercises[id].map { rules in rules.rules.map { Self.check($0, rules) } } ?? [] }
    }

    private static func check(_ rule: Rule, _ rules: ExerciseRules) -> RuleCheck {
        RuleCheck(
            exercise: rules.exercise, version: rules.version, rule: selector(rule, rules.rules),
            measure: rule.measure.rawValue, unit: rule.unit.rawValue, fires: rule.fires.rawValue,
            threshold: rule.threshold, major: rule.major, minimumHold: rule.minimumHold,
            views: rule.views.map(\.rawValue), isInformation: rule.information ?? false, cue: rule.cue,
            source: rule.source)
    }

    private static func selector(_ rule: Rule, _ rules: [Rule]) -> String {
        let same = rules.filter { $0.name == rule.name }
        if same.count == 1 { return rule.name }
        let isMeasureEnough = same.count { $0.measure == rule.measure } == 1
        return rule.name + "." + (isMeasureEnough ? rule.measure.rawValue : rule.fires.rawValue)
    }
}
