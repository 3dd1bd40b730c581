/// Activities in three phases, each in order.
package struct Workout: Codable, Equatable, Sendable {
    package enum Kind: String, CaseIterable, Codable, Sendable {
        /// One set of everything, then again from the top.
        case circuit
        /// All sets of one activity before the next.
        case straightSet = "straight_set"
    }

    package enum Phase: String, CaseIterable, Codable, Sendable {
        case warmUp = "warm_up"
        case work
        case coolDown = "cool_down"
    }

    package var name: String
    package var type: Kind
    /// Rounds of a circuit.
    package var sets: Int
    package var warmUp: [Activity]
    package var work: [Activity]
    package var coolDown: [Activity]
    package var notes: String

    package init(
        name: String, type: Kind = .straightSet, sets: Int = 1, warmUp: [Activity] = [], work: [Activity] = [],
        coolDown: [Activity] = [], notes: String = ""
    ) {
        self.name = name
        self.type = type
        self.sets = sets
        self.warmUp = warmUp
        self.work = work
        self.coolDown = coolDown
        self.notes = notes
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, type, sets
        case warmUp = "warm_up"
        case work
        case coolDown = "cool_down"
        case notes
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        type = try container.decodeIfPresent(Kind.self, forKey: .type) ?? .straightSet
        sets = try container.decodeIfPresent(Int.self, forKey: .sets) ?? 1
        warmUp = try container.decodeIfPresent([Activity].self, forKey: .warmUp) ?? []
        work = try container.decodeIfPresent([Activity].self, forKey: .work) ?? []
        coolDown = try container.decodeIfPresent([Activity].self, forKey: .coolDown) ?? []
        notes = try container.decodeIfPresent(String.self, forKey: .notes) ?? ""
    }

    package static let mostExercises = 200

    package func activities(_ phase: Phase) -> [Activity] {
        switch phase {
        case .warmUp: warmUp
        case .work: work
        case .coolDown: coolDown
        }
    }

    /// All exercises in the order in which they are done.
    package var exercises: [PlannedExercise] {
        Phase.allCases.flatMap { activities($0).flatMap(\.exercises) }
    }

    /// The same with each exercise changed.
    package func mapExercises<E: Error>(
        _ change: (PlannedExercise) throws(E) -> PlannedExercise
    ) throws(E) -> Workout {
        var result = self
        try Self.map(&result.warmUp, change)
        try Self.map(&result.work, change)
        try Self.map(&result.coolDown, change)
        return result
    }

    private static func map<E: Error>(
        _ activities: inout [Activity], _ change: (PlannedExercise) throws(E) -> PlannedExercise
    ) throws(E) {
        for activity in activities.indices {
            for index in activities[activity].exercises.indices {
                activities[activity].exercises[index] = try change(activities[activity].exercises[index])
            }
        }
    }

    package func validate() throws(InvalidField) {
        try Check.name(name)
        try Check.range(sets, 1...20, "sets")
        try Check.text(notes, "notes")
        for phase in Phase.allCases {
            try Check.each(activities(phase), phase.rawValue) { activity throws(InvalidField) in
                try activity.validate()
            }
        }
        guard exercises.count <= Self.mostExercises else {
            throw InvalidField(
                "work", "The workout has \(exercises.count) exercises; at most \(Self.mostExercises) are kept.")
        }
    }
}
