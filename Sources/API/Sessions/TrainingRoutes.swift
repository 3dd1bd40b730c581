import Domain
import Foundation
import HTTPTypes
import Store

/// Training sessions: live logging by the client or their trainer.
struct TrainingRoutes: Sendable {
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/api/v1/training-sessions", "Begin a session, one for each participant",
                access: .roles([.trainer, .client], .trainingWrite), status: .created, handler: begin),
            Endpoint(
                .get, "/api/v1/clients/{id}/training-sessions", "A client's sessions, newest first", access: .trainee,
                .init(query: QueryParameter.paging), handler: list),
            Endpoint(
                .get, "/api/v1/training-sessions/{id}", "A session with its exercises, sets and summary",
                access: .session(.trainingRead), handler: show),
            Endpoint(
                .patch, "/api/v1/training-sessions/{id}", "Change a session's notes", access: .loggedSession,
                .init(isEdit: true), handler: edit),
            Endpoint(
                .post, "/api/v1/training-sessions/{id}/finish", "Finish a session; nothing more is logged then",
                access: .loggedSession, handler: finish),
        ]
    }

    /// A client trains alone; a trainer leads up to twelve present clients.
    @Sendable private func begin(
        _ call: Call, _ person: Person, _ body: NewSessionBody
    ) async throws -> Reply<Page<SessionHeadingView>> {
        let clients = try await participants(call, person, body)
        let plan = try await plan(call, person, body, clients)
        let booking = try await body.booking.asyncMap { id in
            guard let booking = try? await call.policy.booking(id, for: person), clients.contains(booking.clientID)
            else { throw Problem.unknown("booking", "booking") }
            return booking
        }
        guard let name = body.name ?? plan?.name else {
            throw InvalidField("name", "A session without a workout needs a name.")
        }
        try Check.name(name)
        let group = clients.count > 1 ? UUID() : nil
        var views: [SessionHeadingView] = []
        for client in clients {
            let session = NewSession(
                client: client, trainer: person.role == .trainer ? person.id : nil, dueWorkout: body.due,
                booking: booking?.clientID == client ? booking?.id : nil, group: group, name: name, workout: plan)
            views.append(SessionHeadingView(try await TrainingSessions(call.database).begin(session)))
        }
        return Reply(Page(all: views))
    }

    private func participants(_ call: Call, _ person: Person, _ body: NewSessionBody) async throws -> [Int64] {
        if person.role == .client {
            guard body.participants == nil || body.participants == [person.id] else {
                throw Problem.unknown("participants", "client")
            }
            return [person.id]
        }
        let clients = Set(body.participants ?? []).sorted()
        guard !clients.isEmpty else { throw InvalidField("participants", "Name at least one client.") }
        for (index, client) in clients.enumerated() {
            try await call.policy.client(client, of: person, field: "participants[\(index)]")
        }
        return clients
    }

    /// From a due workout or the trainer's library; nil for a session that is put together as it goes.
    private func plan(
        _ call: Call, _ person: Person, _ body: NewSessionBody, _ clients: [Int64]
    ) async throws -> Workout? {
        switch (body.due, body.workout) {
        case (nil, nil): return nil
        case (let id?, nil):
            guard let due = try await Assignments(call.database).dueWorkout(id), clients == [due.clientID] else {
                throw Problem.unknown("due", "due_workout")
            }
            return due.workout
        case (nil, let id?):
            guard person.role == .trainer, let row = try? await call.policy.workout(id, for: person) else {
                throw Problem.unknown("workout", "workout")
            }
            return row.workout
        case (.some, .some): throw InvalidField("workout", "Name either a due workout or one of the library.")
        }
    }

    @Sendable private func list(_ call: Call, _ client: Int64) async throws -> Reply<Page<SessionHeadingView>> {
        let page = try call.page()
        let rows = try await TrainingSessions(call.database).list(
            client: client, before: page.number(), limit: page.limit + 1)
        return Reply(Page(rows, page, keys: { ["\($0.id)"] }, item: SessionHeadingView.init))
    }

    @Sendable private func show(_ call: Call, _ session: TrainingSession) async throws -> Reply<TrainingSessionView> {
        try await TrainingSessionView.reply(call, session)
    }

    @Sendable private func edit(
        _ call: Call, _ session: TrainingSession, _ body: SessionNotes
    ) async throws -> Reply<TrainingSessionView> {
        try Check.text(body.notes, "notes")
        guard
            try await TrainingSessions(call.database).setNotes(
                body.notes, of: session.id, version: call.expectedVersion) != nil
        else { throw Problem.versionStale }
        return try await TrainingSessionView.reply(call, session)
    }

    @Sendable private func finish(_ call: Call, _ session: TrainingSession) async throws -> Reply<TrainingSessionView> {
        try await TrainingSessions(call.database).finish(session.id)
        return try await TrainingSessionView.reply(call, session)
    }
}

extension Access where Granted == TrainingSession {
    static func session(_ scope: Scope, roles: Set<Person.Role>? = nil) -> Access {
        .resource(scope, roles: roles) { try await $0.session($1.id(), for: $2) }
    }

    /// A session that one may log into: the client's, and their trainer's.
    static let loggedSession = session(.trainingWrite, roles: [.trainer, .client])
}

extension Optional {
    fileprivate func asyncMap<R>(_ transform: (Wrapped) async throws -> R) async throws -> R? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
