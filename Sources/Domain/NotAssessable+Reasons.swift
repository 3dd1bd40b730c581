extension [NotAssessable] {
    /// The rules that share a reason, in the order in which the reasons first come up: how people read the list.
    package var byReason: [(reason: String, rules: [String])] {
        reduce(into: []) { groups, item in
            if let known = groups.firstIndex(where: { $0.reason == item.reason }) {
                groups[known].rules.append(item.rule)
            } else {
                groups.append((item.reason, [item.rule]))
            }
        }
    }
}
