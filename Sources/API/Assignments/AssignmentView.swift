import Domain
import Foundation
import Store

/// A program for a client.
struct AssignmentBody: Decodable, SchemaDescribing {
    var program: Int64
    var client: Int64
    var startsOn: LocalDate

    static let schema = Schema.object([
        .required("program", .id), .required("client", .id), .required("starts_on", .date),
    ])

    enum CodingKeys: String, CodingKey {
        case program, client
        case startsOn = "starts_on"
    }
}

/// An assignment as the API shows it.
struct AssignmentView: Encodable, SchemaDescribing {
    var id: Int64
    var program: Int64
    var version: Int64
    var client: Int64
    var name: String
    var startsOn: LocalDate
    var endedOn: LocalDate?
    var createdAt: Date

    static let schema = Schema.object([
        .required("id", .id), .required("program", .id), .required("program_version", .id), .required("client", .id),
        .required("name", .name), .required("starts_on", .date), .optional("ended_on", .date),
        .required("created_at", .timestamp),
    ])

    init(_ row: Assignment) {
        id = row.id
        program = row.programID
        version = row.programVersion
        client = row.clientID
        name = row.name
        startsOn = row.startsOn
        endedOn = row.endedOn
        createdAt = row.createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, program
        case version = "program_version"
        case client, name
        case startsOn = "starts_on"
        case endedOn = "ended_on"
        case createdAt = "created_at"
    }
}

/// What is due on some days.
struct DueView: Encodable, SchemaDescribing {
    struct Item: Encodable, SchemaDescribing {
        var id: Int64
        var assignment: Int64
        var dueOn: LocalDate
        var week: Int
        var day: Int
        var workout: Workout
        /// The newest session of it.
        var session: Int64?
        var done: Bool

        static let schema = Schema.object([
            .required("id", .id), .required("assignment", .id), .required("due_on", .date),
            .required("week", .integer(1...Int64(ProgramPlan.mostWeeks))), .required("day", .integer(1...7)),
            .required("workout", Workout.schema), .optional("session", .id), .required("done", .boolean),
        ])

        init(_ due: DueWorkout) {
            id = due.id
            assignment = due.assignmentID
            dueOn = due.dueOn
            week = due.week
            day = due.day
            workout = due.workout
            session = due.sessionID
            done = due.isFinished
        }

        enum CodingKeys: String, CodingKey {
            case id, assignment
            case dueOn = "due_on"
            case week, day, workout, session, done
        }
    }

    var from: LocalDate
    var to: LocalDate
    var items: [Item]

    static let schema = Schema.object([
        .required("from", .date), .required("to", .date), .required("items", .list(Item.schema, 0...100_000)),
    ])

    init(_ due: [DueWorkout], _ from: LocalDate, _ to: LocalDate) {
        self.from = from
        self.to = to
        items = due.map(Item.init)
    }
}
