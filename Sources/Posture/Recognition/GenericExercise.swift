import Domain

/// Rules for an exercise that has none: reps on the joint that repeats most clearly, and nothing is judged.
enum GenericExercise {
    private static let joints: [Measure] = [.knee, .hip, .elbow, .shoulder]

    /// Without a joint that repeats the rules find no rep.
    static func rules(
        for exercise: ExerciseID, _ measures: PostureMeasures, _ parameters: SignalParameters
    ) -> ExerciseRules {
        var best: (driver: ExerciseRules.Driver, strength: Double)?
        var seen = measures
        seen.view = ViewEstimate.view(measures, range: 0..<measures.series.count, parameters)
        for joint in joints {
            let values = seen.values(joint)
            guard
                let period = Periodicity.best(
                    values, rate: measures.series.time.rate, shortest: parameters.repMinimum.value,
                    longest: parameters.repMaximum.value),
                period.strength >= parameters.genericPeriodicity.value, period.strength > best?.strength ?? 0,
                let driver = driver(joint, values, parameters)
            else { continue }
            best = (driver, period.strength)
        }
        let still = ExerciseRules.Driver(measure: .knee, rest: 180, turn: 0, minimumRange: 180)
        let driver = best?.driver ?? still
        return ExerciseRules(
            exercise: exercise, version: parameters.version,
            firstPhase: driver.turn < driver.rest ? .eccentric : .concentric, driver: driver, rules: [],
            notAssessable: [
                ExerciseRules.Exclusion(
                    name: "form", reason: "There are no rules for this exercise: reps, tempo and angles only.")
            ])
    }

    /// Rest is the end that the signal begins and ends nearer to.
    private static func driver(
        _ joint: Measure, _ values: [Double], _ parameters: SignalParameters
    ) -> ExerciseRules.Driver? {
        guard let low = Statistics.percentile(values, parameters.percentileLow.value),
            let high = Statistics.percentile(values, parameters.percentileHigh.value),
            high - low >= parameters.genericRange.value
        else { return nil }
        let known = values.filter { !$0.isNaN }
        let edge = max(known.count / 50, 1)
        let ends = Statistics.median(Array(known.prefix(edge) + known.suffix(edge))) ?? high
        let restsHigh = high - ends <= ends - low
        return ExerciseRules.Driver(
            measure: joint, rest: restsHigh ? high : low, turn: restsHigh ? low : high,
            minimumRange: parameters.genericRange.value)
    }
}
