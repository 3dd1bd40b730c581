import Domain
import Store

/// A program as a trainer sends it.
struct ProgramBody: Decodable, SchemaDescribing {
    var name: String
    var workouts: [ProgramPlan.Entry]

    static let schema = Schema.object([
        .required("name", .name),
        .required("workouts", .list(ProgramPlan.Entry.schema, 0...ProgramPlan.mostExercises)),
    ])
}

/// A program as the API shows it.
struct ProgramView: Encodable, SchemaDescribing {
    var id: Int64
    var name: String
    var version: Int64
    var archived: Bool
    var workouts: [ProgramPlan.Entry]

    static let schema = ProgramBody.schema.adding([
        .required("id", .id), .required("version", .id), .required("archived", .boolean),
    ])

    init(_ row: Program) {
        id = row.id
        name = row.name
        version = row.version
        archived = row.archivedAt != nil
        workouts = row.plan.workouts
    }
}

/// A program in a list.
struct ProgramHeadingView: Encodable, SchemaDescribing {
    var id: Int64
    var name: String
    var version: Int64
    var archived: Bool
    var workouts: Int

    static let schema = Schema.object([
        .required("id", .id), .required("name", .name), .required("version", .id), .required("archived", .boolean),
        .required("workouts", .integer(0...Int64(ProgramPlan.mostExercises))),
    ])

    init(_ heading: Programs.Heading) {
        id = heading.id
        name = heading.name
        version = heading.version
        archived = heading.isArchived
        workouts = heading.workouts
    }
}
