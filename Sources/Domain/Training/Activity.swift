/// One exercise, or a superset: several in a fixed order.
package struct Activity: Codable, Equatable, Sendable {
    package enum Superset: String, CaseIterable, Codable, Sendable {
        case synergistic, antagonistic
        case totalBody = "total_body"
    }

    /// Nil for a single exercise.
    package var superset: Superset?
    package var exercises: [PlannedExercise]

    package init(superset: Superset? = nil, exercises: [PlannedExercise]) {
        (self.superset, self.exercises) = (superset, exercises)
    }

    package func validate() throws(InvalidField) {
        if superset == nil {
            guard exercises.count == 1 else {
                throw InvalidField("exercises", "Without a superset's type there is exactly one exercise.")
            }
        } else {
            guard (2...10).contains(exercises.count) else {
                throw InvalidField("exercises", "A superset has 2 to 10 exercises.")
            }
        }
        try Check.each(exercises, "exercises") { item throws(InvalidField) in try item.validate() }
    }
}

/// An exercise with its place in a workout.
package struct PlannedExercise: Codable, Equatable, Sendable {
    /// Its id in the library.
    package var exercise: Int64
    /// Its name when the plan was written, so that a plan reads the same later.
    package var name: String
    package var prescription: Prescription
    /// Seconds before what comes next: in a superset each exercise has its own.
    package var restAfter: Int?
    package var easier: String?
    package var harder: String?
    /// How a sheet classed it, and where its book shows it.
    package var classification: String?
    package var page: String?

    package init(
        exercise: Int64, name: String, prescription: Prescription, restAfter: Int? = nil, easier: String? = nil,
        harder: String? = nil, classification: String? = nil, page: String? = nil
    ) {
        self.exercise = exercise
        self.name = name
        self.prescription = prescription
        self.restAfter = restAfter
        self.easier = easier
        self.harder = harder
        self.classification = classification
        self.page = page
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case exercise, name, prescription
        case restAfter = "rest_after_s"
        case easier, harder, classification, page
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        exercise = try container.decode(Int64.self, forKey: .exercise)
        name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
        prescription = try container.decodeIfPresent(Prescription.self, forKey: .prescription) ?? Prescription()
        restAfter = try container.decodeIfPresent(Int.self, forKey: .restAfter)
        easier = try container.decodeIfPresent(String.self, forKey: .easier)
        harder = try container.decodeIfPresent(String.self, forKey: .harder)
        classification = try container.decodeIfPresent(String.self, forKey: .classification)
        page = try container.decodeIfPresent(String.self, forKey: .page)
    }

    func validate() throws(InvalidField) {
        try Check.nested("prescription") { () throws(InvalidField) in try prescription.validate() }
        try Check.range(restAfter, 0...3600, "rest_after_s")
        for (text, field) in [
            (name, "name"), (easier, "easier"), (harder, "harder"), (classification, "classification"), (page, "page"),
        ] {
            try Check.text(text ?? "", field, longest: 1000)
        }
    }
}
