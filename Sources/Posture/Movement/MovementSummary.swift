import Domain

/// Numbers of the whole set: range of motion, symmetry, drift.
struct MovementSummary {
    let movement: Movement
    let parameters: SignalParameters

    private static let joints: [Measure] = [.knee, .hip, .elbow, .shoulder]
    /// Degrees; a joint that hardly moves has no range to compare.
    private static let leastRange = 20.0

    /// Of the joints that were seen over most of the active part.
    func rangeOfMotion() -> [RangeOfMotion] {
        guard let active = movement.active else { return [] }
        return Self.joints.compactMap { joint in
            let values = movement.measures.values(joint)[active].filter { !$0.isNaN }
            guard Double(values.count) >= parameters.assessableShare.value * Double(active.count),
                let low = Statistics.percentile(values, 0.05), let high = Statistics.percentile(values, 0.95)
            else { return nil }
            return RangeOfMotion(
                joint: joint.rawValue, low: Rounding.round(low, 1), high: Rounding.round(high, 1))
        }
    }

    /// Why left and right cannot be compared; nil when they can.
    func symmetryObstacle() -> String? {
        if movement.excursions.isEmpty { return movement.rules.hold == nil ? Advice.noReps : Advice.symmetryOfHolds }
        if movement.view != .front { return Advice.wrongView(needs: [.front], has: movement.view) }
        return movement.rules.driver?.measure == .frontKnee ? Advice.oneSided : nil
    }

    func symmetry() -> [Symmetry] {
        guard symmetryObstacle() == nil else { return [] }
        return Self.joints.compactMap { joint in
            func range(_ limbs: Limbs) -> Double? {
                let values = movement.measures.values(joint, of: limbs)
                return Statistics.median(
                    movement.excursions.compactMap { excursion in
                        let part = values[excursion.start...excursion.end].filter { !$0.isNaN }
                        guard let low = part.min(), let high = part.max() else { return nil }
                        return high - low
                    })
            }
            guard let left = range(.left), let right = range(.right), max(left, right) >= Self.leastRange else {
                return nil
            }
            return Symmetry(
                joint: joint.rawValue, left: Rounding.round(left, 1), right: Rounding.round(right, 1),
                asymmetry: Rounding.round(abs(left - right) / max(left, right), 3))
        }
    }

    /// Nil with fewer than three full reps.
    static func drift(_ reps: [Rep]) -> Drift? {
        let full = reps.filter { $0.kind == .full && $0.tempo[0] > 0 && $0.tempo[2] > 0 }
        guard full.count >= 3 else { return nil }
        return Drift(
            reps: full.count, duration: change(full.map { $0.tempo[0] + $0.tempo[2] }),
            range: change(full.map(\.range)), speed: change(full.map { $0.range / $0.tempo[2] }))
    }

    /// From the first to the last on a line with the median of all pairs' slopes, per cent of the line's first value.
    private static func change(_ values: [Double]) -> Double {
        var slopes: [Double] = []
        for later in values.indices {
            for earlier in 0..<later { slopes.append((values[later] - values[earlier]) / Double(later - earlier)) }
        }
        guard let slope = Statistics.median(slopes),
            let first = Statistics.median(values.enumerated().map { $0.element - slope * Double($0.offset) }), first > 0
        else { return 0 }
        return Rounding.round(100 * slope * Double(values.count - 1) / first, 1)
    }
}
