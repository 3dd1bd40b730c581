import Domain

/// What a rule file may say beyond being well formed.
struct RuleValidation {
    let file: String
    let rules: ExerciseRules

    func run() throws(RuleError) {
        try check(!rules.version.isEmpty, "version", "it is empty")
        try check(rules.exercise != .generic, "exercise", "generic is what exercises without rules are called")
        try driver()
        try hold()
        if let position = rules.position {
            try check(position.low < position.high, "position.low", "it is not below position.high")
        }
        for (index, rule) in rules.rules.enumerated() { try self.rule(rule, "rules[\(index)]") }
        for (index, sign) in (rules.signature ?? []).enumerated() {
            try check(sign.low <= sign.high, "signature[\(index)].low", "it is above high")
            try check(sign.tolerance > 0, "signature[\(index)].tolerance", "it is not above 0")
        }
    }

    private func check(_ holds: Bool, _ key: String, _ reason: String) throws(RuleError) {
        guard holds else { throw RuleError(file: file, key: key, reason: reason) }
    }

    private func driver() throws(RuleError) {
        try check((rules.driver == nil) != (rules.hold == nil), "driver", "there is either a driver or a hold")
        guard rules.hold == nil else { return }
        try check(rules.firstPhase != nil, "first_phase", "it is missing")
        let needsRange = [rules.driver, rules.frontDriver].contains { $0 != nil && $0?.measure.unit != .degrees }
        try check(
            !needsRange || rules.range != nil, "range", "a driver that is no angle needs one to tell the range by")
        try check(rules.range.map { $0.unit == .degrees } ?? true, "range", "it is not an angle")
        for (key, driver) in [("driver", rules.driver), ("front_driver", rules.frontDriver)] {
            guard let driver else { continue }
            try check(
                driver.minimumRange > 0 && driver.minimumRange <= abs(driver.rest - driver.turn),
                key + ".minimum_range", "it is not between 0 and |rest - turn|")
        }
    }

    private func hold() throws(RuleError) {
        guard let hold = rules.hold else { return }
        try check(hold.low < hold.high, "hold.low", "it is not below hold.high")
        try check(hold.maximumSpeed.map { $0 > 0 } ?? true, "hold.maximum_speed", "it is not above 0")
    }

    private func rule(_ rule: Rule, _ key: String) throws(RuleError) {
        let same = rules.rules.filter { $0.name == rule.name && $0.measure == rule.measure && $0.fires == rule.fires }
        try check(same.count == 1, key + ".name", "\(rule.name) on \(rule.measure.rawValue) stands there twice")
        try check(!rule.name.isEmpty && !rule.name.contains("."), key + ".name", "it is empty or holds a full stop")
        try check(
            rule.unit == rule.measure.unit, key + ".unit",
            "\(rule.measure.rawValue) is measured in \"\(rule.measure.unit.rawValue)\"")
        try check(!rule.views.isEmpty, key + ".views", "no view is named")
        try check(!rule.views.contains(.unknown), key + ".views", "nothing can be judged from an unknown view")
        try check(rule.minimumHold >= 0, key + ".minimum_hold_s", "it is negative")
        try check(rule.uncertainty.map { $0 > 0 } ?? true, key + ".uncertainty", "it is not above 0")
        try check(!rule.cue.isEmpty, key + ".cue", "it is empty")
        try check(!rule.source.isEmpty, key + ".source", "it is empty: D for a design value of this project")
        try check(
            (rule.part == .hold) == (rules.hold != nil), key + ".part",
            rules.hold == nil ? "this exercise is not held" : "this exercise is held, so only its hold can be judged")
        if let major = rule.major {
            try check(
                (rule.fires == .above) == (major > rule.threshold) && major != rule.threshold, key + ".major",
                "it is not beyond the threshold")
        }
    }
}
