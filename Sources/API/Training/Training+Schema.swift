import Domain

// What training values look like as JSON; the bounds that one field has by itself. What fields say together is checked
// by the values themselves.

extension Schema {
    /// The same object with more fields.
    func adding(_ more: [Field]) -> Schema {
        guard case .object(let fields) = self else { return self }
        return .object(fields + more)
    }

    static let name = Schema.text(1...200)
    static let notes = Schema.text(0...4000)
    /// A rule set's id; whether there are such rules is for the routes to say.
    static let exercise = Schema.matching("[a-z][a-z0-9]*(?:-[a-z0-9]+)*", length: 1...64)

    static func span(_ range: ClosedRange<Int64>) -> Schema {
        .object([.required("from", .integer(range)), .required("to", .integer(range))])
    }
}

extension Prescription: SchemaDescribing {
    static let schema = Schema.object([
        .optional("sets", .integer(1...20)), .optional("reps", .span(1...1000)),
        .optional("time_s", .span(1...7200)), .optional("amgrap", .boolean), .optional("side", .choice(Side.self)),
        .optional("load_kg", .number(0...1000)), .optional("tempo", .matching("[0-9xX]{4}", length: 4...4)),
        .optional("rest_s", .span(0...3600)), .optional("notes", .notes),
    ])
}

extension Exercise: SchemaDescribing {
    static let schema = Schema.object([
        .required("name", .name), .required("type", .choice(Kind.self)), .required("level", .choice(Level.self)),
        .optional("prescription", Prescription.schema), .optional("demo_url", .text(0...2000)),
        .optional("posture", .exercise), .optional("notes", .notes),
    ])
}

extension PlannedExercise: SchemaDescribing {
    static let schema = Schema.object([
        .required("exercise", .id), .optional("name", .text(0...200)),
        .optional("prescription", Prescription.schema), .optional("rest_after_s", .integer(0...3600)),
        .optional("easier", .text(0...1000)), .optional("harder", .text(0...1000)),
        .optional("classification", .text(0...1000)), .optional("page", .text(0...1000)),
    ])
}

extension Activity: SchemaDescribing {
    static let schema = Schema.object([
        .optional("superset", .choice(Superset.self)), .required("exercises", .list(PlannedExercise.schema, 1...10)),
    ])
}

extension Workout: SchemaDescribing {
    static let schema = Schema.object([
        .required("name", .name), .optional("type", .choice(Kind.self)), .optional("sets", .integer(1...20)),
        .optional("warm_up", .list(Activity.schema, 0...mostExercises)),
        .optional("work", .list(Activity.schema, 0...mostExercises)),
        .optional("cool_down", .list(Activity.schema, 0...mostExercises)), .optional("notes", .notes),
    ])
}

extension ProgramPlan.Entry: SchemaDescribing {
    static let schema = Schema.object([
        .required("week", .integer(1...Int64(ProgramPlan.mostWeeks))), .required("day", .integer(1...7)),
        .required("workout", Workout.schema),
    ])
}

extension SetRecord: SchemaDescribing {
    static let schema = Schema.object([
        .optional("reps", .integer(0...1000)), .optional("load_kg", .number(0...1000)),
        .optional("time_s", .integer(0...7200)), .optional("rpe", .number(1...10)), .optional("notes", .notes),
    ])
}

extension Availability: SchemaDescribing {
    static let schema = Schema.object([
        .required("time_zone", .text(1...64)), .required("weekday", .integer(1...7)),
        .required("starts", .matching("([01][0-9]|2[0-3]):[0-5][0-9]|24:00", length: 5...5)),
        .required("ends", .matching("([01][0-9]|2[0-3]):[0-5][0-9]|24:00", length: 5...5)),
        .required("from", .date), .optional("until", .date),
    ])
}
