import Domain
import HTTPTypes
import Store

/// Programs given to clients, and what is due when.
struct AssignmentRoutes: Sendable {
    private static let mostDays = 100
    /// Days ahead on which a program may start.
    private static let furthest = 731

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/api/v1/assignments", "Give a client a program from a day on",
                access: .roles([.trainer], .trainingWrite), status: .created, handler: assign),
            Endpoint(
                .get, "/api/v1/assignments/{id}", "One assignment", access: .assignment(.trainingRead), handler: show),
            Endpoint(
                .post, "/api/v1/assignments/{id}/end", "End an assignment: nothing more of it is due",
                access: .assignment(.trainingWrite, roles: [.trainer]), handler: end),
            Endpoint(
                .get, "/api/v1/clients/{id}/assignments", "A client's assignments, newest first", access: .trainee,
                .init(query: QueryParameter.paging), handler: list),
            Endpoint(
                .get, "/api/v1/clients/{id}/today", "What is due today where the client is", access: .trainee,
                handler: today),
            Endpoint(
                .get, "/api/v1/clients/{id}/calendar", "What is due on the days from `from` to `to`",
                access: .trainee,
                .init(query: [
                    QueryParameter("from", .date, "The first day; today if not given"),
                    QueryParameter("to", .date, "The last day; four weeks on if not given"),
                ]), handler: calendar),
        ]
    }

    @Sendable private func assign(
        _ call: Call, _ trainer: Person, _ body: AssignmentBody
    ) async throws -> Reply<AssignmentView> {
        try await call.policy.client(body.client, of: trainer, field: "client")
        guard let program = try? await call.policy.program(body.program, for: trainer), program.archivedAt == nil
        else { throw Problem.unknown("program", "program") }
        guard !program.plan.workouts.isEmpty else {
            throw InvalidField("program", "The program has no workouts yet.")
        }
        let assignments = Assignments(call.database)
        let today = try await assignments.today(client: body.client)
        guard body.startsOn >= today else {
            throw InvalidField("starts_on", "The day is past where the client is.")
        }
        guard body.startsOn.dayNumber - today.dayNumber <= Self.furthest else {
            throw InvalidField("starts_on", "A program starts within two years.")
        }
        let row = try await assignments.assign(
            program, to: body.client, startingOn: body.startsOn, by: trainer.id)
        try await Outbox(call.database, pool: call.pool).tell(body.client, .assigned, subject: "\(row.id)")
        return Reply(AssignmentView(row))
    }

    @Sendable private func show(_ call: Call, _ assignment: Assignment) async throws -> Reply<AssignmentView> {
        Reply(AssignmentView(assignment))
    }

    @Sendable private func end(_ call: Call, _ assignment: Assignment) async throws -> Reply<AssignmentView> {
        let assignments = Assignments(call.database)
        try await assignments.end(assignment.id, on: try await assignments.today(client: assignment.clientID))
        guard let row = try await assignments.find(assignment.id) else { throw Problem.notFound }
        return Reply(AssignmentView(row))
    }

    @Sendable private func list(_ call: Call, _ client: Int64) async throws -> Reply<Page<AssignmentView>> {
        let page = try call.page()
        let rows = try await Assignments(call.database).list(
            client: client, before: page.number(), limit: page.limit + 1)
        return Reply(Page(rows, page, keys: { ["\($0.id)"] }, item: AssignmentView.init))
    }

    @Sendable private func today(_ call: Call, _ client: Int64) async throws -> Reply<DueView> {
        let assignments = Assignments(call.database)
        let today = try await assignments.today(client: client)
        return Reply(DueView(try await assignments.due(client: client, from: today, through: today), today, today))
    }

    @Sendable private func calendar(_ call: Call, _ client: Int64) async throws -> Reply<DueView> {
        let assignments = Assignments(call.database)
        let today = try await assignments.today(client: client)
        let first = try call.day("from") ?? today
        let last = try call.day("to") ?? first.adding(days: 27)
        guard first <= last, last.dayNumber - first.dayNumber < Self.mostDays else {
            throw InvalidField("to", "The days run from `from` to `to`, at most \(Self.mostDays).")
        }
        return Reply(DueView(try await assignments.due(client: client, from: first, through: last), first, last))
    }
}

extension Access where Granted == Assignment {
    static func assignment(_ scope: Scope, roles: Set<Person.Role>? = nil) -> Access {
        .resource(scope, roles: roles) { try await $0.assignment($1.id(), for: $2) }
    }
}
