import Domain
import Foundation
import HTTPTypes
import Jobs
import Store

/// The exercises and sets of a session. Each route answers with the session as it is then.
struct SetRoutes: Sendable {
    private static let exercise = "/api/v1/training-sessions/{id}/exercises/{exercise}"
    private static let set = exercise + "/sets/{number}"
    private static let number: [String: Schema] = ["number": .integer(1...Int64(SessionSets.mostSets))]

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/api/v1/training-sessions/{id}/exercises", "Add an exercise to a session",
                access: .loggedSession,
                .init(problems: [409]), handler: add),
            Endpoint(
                .put, Self.exercise + "/status", "Say that an exercise was done, skipped, or is planned again",
                access: .loggedSession, .init(problems: [409]), handler: setStatus),
            Endpoint(
                .post, Self.exercise + "/swap", "Do another exercise in an exercise's place", access: .loggedSession,
                .init(problems: [409]), handler: swap),
            Endpoint(
                .put, Self.set, "Log a set, or correct it", access: .loggedSession,
                .init(parameters: Self.number, problems: [409]), handler: log),
            Endpoint(
                .delete, Self.set, "Take a set back", access: .loggedSession,
                .init(parameters: Self.number, problems: [409]), handler: remove),
            Endpoint(
                .put, Self.set + "/clip", "Say which clip shows a set", access: .loggedSession,
                .init(parameters: Self.number), handler: attach),
        ]
    }

    @Sendable private func add(
        _ call: Call, _ session: TrainingSession, _ body: AddedExercise
    ) async throws -> Reply<TrainingSessionView> {
        let person = try call.requirePrincipal().person
        let exercise = try await call.policy.exercise(body.exercise, for: person, field: "exercise")
        let prescription = body.prescription ?? exercise.exercise.prescription
        try Check.nested("prescription") { () throws(InvalidField) in try prescription.validate() }
        let sessions = TrainingSessions(call.database)
        guard
            try await sessions.addExercise(
                exercise, prescription: prescription, phase: body.phase ?? .work, to: session.id) != nil
        else { throw Problem.sessionOver }
        return try await TrainingSessionView.reply(call, session)
    }

    @Sendable private func setStatus(
        _ call: Call, _ session: TrainingSession, _ body: StatusBody
    ) async throws -> Reply<TrainingSessionView> {
        let exercise = try await exercise(call, session)
        try Check.text(body.notes ?? "", "notes")
        guard
            try await TrainingSessions(call.database).setStatus(
                body.status.status, notes: body.notes, of: exercise, in: session.id)
        else { throw Problem.sessionOver }
        return try await TrainingSessionView.reply(call, session)
    }

    @Sendable private func swap(
        _ call: Call, _ session: TrainingSession, _ body: SwapBody
    ) async throws -> Reply<TrainingSessionView> {
        let old = try await exercise(call, session)
        let person = try call.requirePrincipal().person
        let new = try await call.policy.exercise(body.exercise, for: person, field: "exercise")
        guard try await TrainingSessions(call.database).swap(old, of: session.id, for: new) != nil else {
            throw Problem.sessionOver
        }
        return try await TrainingSessionView.reply(call, session)
    }

    @Sendable private func log(
        _ call: Call, _ session: TrainingSession, _ set: SetRecord
    ) async throws -> Reply<TrainingSessionView> {
        let place = try await place(call, session)
        try set.validate()
        guard try await SessionSets(call.database).log(set, at: place, by: call.requirePrincipal().person.id) else {
            throw Problem.sessionOver
        }
        return try await TrainingSessionView.reply(call, session)
    }

    @Sendable private func remove(_ call: Call, _ session: TrainingSession) async throws -> Reply<TrainingSessionView> {
        let place = try await place(call, session)
        guard try await SessionSets(call.database).remove(place) else {
            throw session.finishedAt == nil ? Problem.notFound : Problem.sessionOver
        }
        return try await TrainingSessionView.reply(call, session)
    }

    /// Also after the session: clips come late.
    @Sendable private func attach(
        _ call: Call, _ session: TrainingSession, _ body: ClipBody
    ) async throws -> Reply<TrainingSessionView> {
        let place = try await place(call, session)
        let person = try call.requirePrincipal().person
        guard let id = UUID(uuidString: body.clip), let clip = try? await call.policy.clip(id, for: person) else {
            throw Problem.unknown("clip", "clip")
        }
        try await JobQueue(call.pool).lock(tenant: clip.ownerID, in: call.database)
        guard try await SessionSets(call.database).attach(id, to: place) else { throw Problem.notFound }
        // Its report is to compare with what was prescribed; one that is under way sees that by itself.
        if let clip = try await Clips(call.database).find(id), clip.trackKey != nil {
            try await RescoreJobs.enqueue(id, owner: clip.ownerID, in: call.database, call.pool)
        }
        return try await TrainingSessionView.reply(call, session)
    }

    /// The exercise of the path, if it is one of this session.
    private func exercise(_ call: Call, _ session: TrainingSession) async throws -> Int64 {
        let id = try call.id("exercise")
        guard try await TrainingSessions(call.database).has(exercise: id, session.id) else { throw Problem.notFound }
        return id
    }

    private func place(_ call: Call, _ session: TrainingSession) async throws -> SessionSets.Place {
        SessionSets.Place(
            session: session.id, exercise: try await exercise(call, session), number: Int(try call.id("number")))
    }
}

extension Problem {
    static let sessionOver = Problem(
        .conflict, "session_over", "The session is finished, or the exercise was swapped for another.")
}

struct AddedExercise: Decodable, SchemaDescribing {
    var exercise: Int64
    var prescription: Prescription?
    var phase: Workout.Phase?

    static let schema = Schema.object([
        .required("exercise", .id), .optional("prescription", Prescription.schema),
        .optional("phase", .choice(Workout.Phase.self)),
    ])
}

struct StatusBody: Decodable, SchemaDescribing {
    /// What a person may say; that an exercise was swapped follows from the swap.
    enum Choice: String, CaseIterable, Decodable, Sendable {
        case planned, done, skipped

        var status: SessionSummary.Status {
            switch self {
            case .planned: .planned
            case .done: .done
            case .skipped: .skipped
            }
        }
    }

    var status: Choice
    var notes: String?

    static let schema = Schema.object([.required("status", .choice(Choice.self)), .optional("notes", .notes)])
}

struct SwapBody: Decodable, SchemaDescribing {
    var exercise: Int64
    static let schema = Schema.object([.required("exercise", .id)])
}

struct ClipBody: Decodable, SchemaDescribing {
    var clip: String
    static let schema = Schema.object([.required("clip", .uuid)])
}
