/// What a library says of an exercise.
package struct Exercise: Codable, Equatable, Sendable {
    package enum Kind: String, CaseIterable, Codable, Sendable {
        case flexibility, core, resistance, balance, plyometric, cardio
    }

    package enum Level: String, CaseIterable, Codable, Sendable { case stabilization, strength, power }

    package var name: String
    package var type: Kind
    package var level: Level
    /// The usual prescription; a workout may say otherwise.
    package var prescription: Prescription
    /// Where a demonstration can be watched; https.
    package var demoURL: String?
    /// The rule set that its clips are judged by.
    package var posture: ExerciseID?
    package var notes: String

    package init(
        name: String, type: Kind, level: Level, prescription: Prescription = Prescription(), demoURL: String? = nil,
        posture: ExerciseID? = nil, notes: String = ""
    ) {
        self.name = name
        self.type = type
        self.level = level
        self.prescription = prescription
        self.demoURL = demoURL
        self.posture = posture
        self.notes = notes
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, type, level, prescription
        case demoURL = "demo_url"
        case posture, notes
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        type = try container.decode(Kind.self, forKey: .type)
        level = try container.decode(Level.self, forKey: .level)
        prescription = try container.decodeIfPresent(Prescription.self, forKey: .prescription) ?? Prescription()
        demoURL = try container.decodeIfPresent(String.self, forKey: .demoURL)
        posture = try container.decodeIfPresent(ExerciseID.self, forKey: .posture)
        notes = try container.decodeIfPresent(String.self, forKey: .notes) ?? ""
    }

    package func validate() throws(InvalidField) {
        try Check.name(name)
        try Check.nested("prescription") { () throws(InvalidField) in try prescription.validate() }
        try Check.text(notes, "notes")
        guard let demoURL else { return }
        try Check.text(demoURL, "demo_url", longest: 2000)
        guard demoURL.hasPrefix("https://"), demoURL.utf8.count > 8, !demoURL.contains(where: \.isWhitespace) else {
            throw InvalidField("demo_url", "A demonstration is linked by an address that begins with https://.")
        }
    }
}
