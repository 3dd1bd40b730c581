/// Workouts over weeks and days.
package struct ProgramPlan: Codable, Equatable, Sendable {
    package struct Entry: Codable, Equatable, Sendable {
        /// From 1.
        package var week: Int
        /// 1…7 from the day on which the program starts.
        package var day: Int
        package var workout: Workout

        package init(week: Int, day: Int, workout: Workout) {
            (self.week, self.day, self.workout) = (week, day, workout)
        }
    }

    /// By week and day; workouts of one day in their order.
    package private(set) var workouts: [Entry]

    package static let mostWeeks = 104
    package static let mostExercises = 2000

    package init(_ workouts: [Entry]) {
        let order = workouts.enumerated().sorted {
            ($0.element.week, $0.element.day, $0.offset) < ($1.element.week, $1.element.day, $1.offset)
        }
        self.workouts = order.map(\.element)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(try container.decode([Entry].self, forKey: .workouts))
    }

    package enum CodingKeys: String, CodingKey, CaseIterable { case workouts }

    package var weeks: Int { workouts.last?.week ?? 0 }

    /// When the entry is due if the plan starts on `start`.
    package static func date(of entry: Entry, from start: LocalDate) -> LocalDate {
        start.adding(days: (entry.week - 1) * 7 + entry.day - 1)
    }

    package func mapExercises<E: Error>(
        _ change: (PlannedExercise) throws(E) -> PlannedExercise
    ) throws(E) -> ProgramPlan {
        var result = self
        for index in result.workouts.indices {
            result.workouts[index].workout = try result.workouts[index].workout.mapExercises(change)
        }
        return result
    }

    package func validate() throws(InvalidField) {
        let exercises = workouts.reduce(0) { $0 + max($1.workout.exercises.count, 1) }
        guard exercises <= Self.mostExercises else {
            throw InvalidField(
                "workouts", "The program has \(exercises) rows; at most \(Self.mostExercises) are kept.")
        }
        try Check.each(workouts, "workouts") { entry throws(InvalidField) in
            try Check.range(entry.week, 1...Self.mostWeeks, "week")
            try Check.range(entry.day, 1...7, "day")
            try Check.nested("workout") { () throws(InvalidField) in try entry.workout.validate() }
        }
    }
}
