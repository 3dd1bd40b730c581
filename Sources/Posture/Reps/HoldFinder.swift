import Foundation

/// The time in the zone of a hold.
struct HoldFinder {
    let hold: ExerciseRules.Hold
    let position: ExerciseRules.Position?
    let measures: PostureMeasures
    let parameters: SignalParameters

    /// Runs in the zone of at least the shortest hold, in time's order. A moment outside shorter than a bridged gap
    /// does not end a run, but is no part of it either: `inZone` counts only the samples inside.
    func runs() -> [Range<Int>] { runs(isInside()) }

    /// Runs in which the person holds the position as still as ever, but outside the zone: no part of the hold, and the
    /// clearest sight there is of the zone's own fault.
    func runsOutside() -> [Range<Int>] {
        let (values, speeds) = (measures.values(hold.measure), speed())
        let places = position.map { measures.values($0.measure) }
        return runs(
            values.indices.map { index in
                guard values[index] < hold.low || values[index] > hold.high else { return false }
                if let position, let places, !(places[index] >= position.low && places[index] <= position.high) {
                    return false
                }
                return speeds[index] <= hold.maximumSpeed ?? parameters.holdSpeed.value
            })
    }

    private func runs(_ inside: [Bool]) -> [Range<Int>] {
        let bridge = Int(parameters.gapMaximum.value * measures.series.time.rate)
        var runs: [Range<Int>] = []
        for index in inside.indices where inside[index] {
            if let last = runs.last, index - last.upperBound <= bridge {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs.filter { Double($0.count) >= parameters.holdMinimum.value * measures.series.time.rate }
    }

    /// Seconds inside the zone over `runs`.
    func seconds(_ runs: [Range<Int>]) -> Double {
        let inside = isInside()
        return Double(runs.reduce(0) { $0 + $1.count { inside[$0] } }) / measures.series.time.rate
    }

    private func isInside() -> [Bool] {
        let values = measures.values(hold.measure)
        let places = position.map { measures.values($0.measure) }
        let speeds = hold.maximumSpeed.map { _ in speed() }
        return values.indices.map { index in
            guard values[index] >= hold.low, values[index] <= hold.high else { return false }
            if let position, let places, !(places[index] >= position.low && places[index] <= position.high) {
                return false
            }
            if let limit = hold.maximumSpeed, let speeds { return speeds[index] <= limit }
            return true
        }
    }

    /// Of the hips over half a second, torso lengths a second; NaN where they were not seen.
    private func speed() -> [Double] {
        let half = Int(measures.series.time.rate / 4)
        return (0..<measures.series.count).map { index in
            let (before, after) = (max(index - half, 0), min(index + half, measures.series.count - 1))
            guard after > before else { return .nan }
            let way = (measures.hips(after) - measures.hips(before)).length
            return way / measures.torso(index) * measures.series.time.rate / Double(after - before)
        }
    }
}
