/// What was done in one set.
package struct SetRecord: Codable, Equatable, Sendable {
    package var reps: Int?
    /// Kilograms.
    package var load: Double?
    /// Seconds.
    package var time: Int?
    /// Rate of perceived exertion, 1…10 in halves.
    package var rpe: Double?
    package var notes: String

    package init(
        reps: Int? = nil, load: Double? = nil, time: Int? = nil, rpe: Double? = nil, notes: String = ""
    ) {
        self.reps = reps
        self.load = load
        self.time = time
        self.rpe = rpe
        self.notes = notes
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case reps
        case load = "load_kg"
        case time = "time_s"
        case rpe, notes
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        reps = try container.decodeIfPresent(Int.self, forKey: .reps)
        load = try container.decodeIfPresent(Double.self, forKey: .load)
        time = try container.decodeIfPresent(Int.self, forKey: .time)
        rpe = try container.decodeIfPresent(Double.self, forKey: .rpe)
        notes = try container.decodeIfPresent(String.self, forKey: .notes) ?? ""
    }

    package func validate() throws(InvalidField) {
        guard reps != nil || time != nil else {
            throw InvalidField("reps", "A set has a number of reps or a time.")
        }
        try Check.range(reps, 0...1000, "reps")
        try Check.range(load, 0...1000, "load_kg")
        try Check.range(time, 0...7200, "time_s")
        try Check.range(rpe, 1...10, "rpe")
        if let rpe, rpe * 2 != (rpe * 2).rounded() { throw InvalidField("rpe", "It goes in halves: 7, 7.5, 8.") }
        try Check.text(notes, "notes")
    }

    /// Kilograms moved: reps times load.
    package var volume: Double { Double(reps ?? 0) * (load ?? 0) }

    /// Epley's estimate of the load that could be lifted once, kilograms; only told for 1 to 12 reps with a load.
    package var oneRepMaximum: Double? {
        guard let load, load > 0, let reps, (1...12).contains(reps) else { return nil }
        return reps == 1 ? load : load * (1 + Double(reps) / 30)
    }
}
