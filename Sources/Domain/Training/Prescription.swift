/// How much of an exercise is to be done, and how.
package struct Prescription: Codable, Equatable, Sendable {
    package enum Side: String, CaseIterable, Codable, Sendable {
        /// So many on each side, one side after the other.
        case each
        /// Left and right in turn.
        case alternating
    }

    package var sets: Int
    package var reps: Span?
    /// Seconds a set.
    package var time: Span?
    /// As many good reps as possible (AMGRAP).
    package var isOpenEnded: Bool
    package var side: Side?
    /// Kilograms.
    package var load: Double?
    package var tempo: TempoPrescription?
    /// Seconds between two sets.
    package var rest: Span?
    package var notes: String

    package init(
        sets: Int = 1, reps: Span? = nil, time: Span? = nil, isOpenEnded: Bool = false, side: Side? = nil,
        load: Double? = nil, tempo: TempoPrescription? = nil, rest: Span? = nil, notes: String = ""
    ) {
        self.sets = sets
        self.reps = reps
        self.time = time
        self.isOpenEnded = isOpenEnded
        self.side = side
        self.load = load
        self.tempo = tempo
        self.rest = rest
        self.notes = notes
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case sets, reps
        case time = "time_s"
        case isOpenEnded = "amgrap"
        case side
        case load = "load_kg"
        case tempo
        case rest = "rest_s"
        case notes
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        sets = try container.decodeIfPresent(Int.self, forKey: .sets) ?? 1
        reps = try container.decodeIfPresent(Span.self, forKey: .reps)
        time = try container.decodeIfPresent(Span.self, forKey: .time)
        isOpenEnded = try container.decodeIfPresent(Bool.self, forKey: .isOpenEnded) ?? false
        side = try container.decodeIfPresent(Side.self, forKey: .side)
        load = try container.decodeIfPresent(Double.self, forKey: .load)
        tempo = try container.decodeIfPresent(TempoPrescription.self, forKey: .tempo)
        rest = try container.decodeIfPresent(Span.self, forKey: .rest)
        notes = try container.decodeIfPresent(String.self, forKey: .notes) ?? ""
    }

    package func validate() throws(InvalidField) {
        try Check.range(sets, 1...20, "sets")
        try reps?.validate(within: 1...1000, "reps")
        try time?.validate(within: 1...7200, "time_s")
        try rest?.validate(within: 0...3600, "rest_s")
        try Check.range(load, 0...1000, "load_kg")
        try Check.text(notes, "notes")
        guard !isOpenEnded || reps == nil else {
            throw InvalidField("reps", "As many as possible (amgrap) has no number of reps.")
        }
    }
}
