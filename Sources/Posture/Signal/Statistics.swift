/// Order statistics that pass over samples without a value.
enum Statistics {
    /// Nearest rank; nil without a value.
    static func percentile(_ values: [Double], _ share: Double) -> Double? {
        let sorted = values.filter { !$0.isNaN }.sorted()
        guard !sorted.isEmpty else { return nil }
        return sorted[min(sorted.count - 1, Int((Double(sorted.count - 1) * share).rounded()))]
    }

    static func median(_ values: [Double]) -> Double? { percentile(values, 0.5) }
}
