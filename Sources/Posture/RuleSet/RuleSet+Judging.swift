package import Domain

extension RuleSet {
    /// The program's rules, with those of the operator's folder, and with what a trainer changed for one client.
    package static func current(folder: String?, overrides: Judging.Overrides? = nil) throws(RuleError) -> RuleSet {
        var rules = try bundled()
        if let folder { rules = try rules.adding(folder: folder) }
        guard let overrides else { return rules }
        return try rules.applying(
            RuleOverrides(version: "\(overrides.version)", exercises: overrides.exercises))
    }
}
