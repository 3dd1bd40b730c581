import Domain
import HTTPTypes
import Store

/// Programs over weeks and days. A change gives the whole program anew, and is a new version of it; what was assigned
/// stays as it was.
struct ProgramRoutes: Sendable {
    /// Room for `ProgramPlan.mostExercises` rows with their texts.
    private static let bodyLimit = 2 << 20

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/programs", "The trainer's programs, newest first",
                access: .roles([.trainer], .trainingRead),
                .init(query: QueryParameter.paging + [QueryParameter("archived", .boolean, "true: archived ones")]),
                handler: list),
            Endpoint(
                .post, "/api/v1/programs", "Add a program", access: .roles([.trainer], .trainingWrite),
                status: .created, .init(bodyLimit: Self.bodyLimit), handler: add),
            Endpoint(.get, "/api/v1/programs/{id}", "One program with its plan", access: .program, handler: show),
            Endpoint(
                .put, "/api/v1/programs/{id}", "Change a program, reorder it", access: .ownProgram,
                .init(bodyLimit: Self.bodyLimit, isEdit: true), handler: edit),
            Endpoint(
                .post, "/api/v1/programs/{id}/copy", "Copy a program", access: .ownProgram, status: .created,
                handler: copy),
            Endpoint(
                .post, "/api/v1/programs/{id}/archive", "Take a program off the list; assignments stay",
                access: .ownProgram
            ) { call, program in try await archive(call, program, true) },
            Endpoint(
                .post, "/api/v1/programs/{id}/restore", "Put an archived program back", access: .ownProgram
            ) { call, program in try await archive(call, program, false) },
        ]
    }

    @Sendable private func list(_ call: Call, _ trainer: Person) async throws -> Reply<Page<ProgramHeadingView>> {
        let page = try call.page()
        let rows = try await Programs(call.database).list(
            trainer: trainer.id, isArchived: call.flag("archived") ?? false, before: page.number(),
            limit: page.limit + 1)
        return Reply(Page(rows, page, keys: { ["\($0.id)"] }, item: ProgramHeadingView.init))
    }

    @Sendable private func add(
        _ call: Call, _ trainer: Person, _ body: ProgramBody
    ) async throws -> Reply<ProgramView> {
        let plan = try await checked(body, call, trainer)
        return reply(try await Programs(call.database).add(name: body.name, plan: plan, trainer: trainer.id))
    }

    @Sendable private func show(_ call: Call, _ program: Program) async throws -> Reply<ProgramView> {
        reply(program)
    }

    @Sendable private func edit(
        _ call: Call, _ old: Program, _ body: ProgramBody
    ) async throws -> Reply<ProgramView> {
        let plan = try await checked(body, over: old.plan, call, call.requirePrincipal().person)
        guard
            let row = try await Programs(call.database).update(
                old.id, name: body.name, plan: plan, version: call.expectedVersion)
        else { throw Problem.versionStale }
        return reply(row)
    }

    @Sendable private func copy(_ call: Call, _ program: Program) async throws -> Reply<ProgramView> {
        reply(
            try await Programs(call.database).add(
                name: program.name, plan: program.plan, trainer: program.trainerID))
    }

    private func archive(_ call: Call, _ program: Program, _ isArchived: Bool) async throws -> Reply<ProgramView> {
        let programs = Programs(call.database)
        try await programs.setArchived(isArchived, program.id)
        guard let row = try await programs.find(program.id) else { throw Problem.notFound }
        return reply(row)
    }

    private func checked(
        _ body: ProgramBody, over old: ProgramPlan? = nil, _ call: Call, _ trainer: Person
    ) async throws -> ProgramPlan {
        try Check.name(body.name)
        return try await PlanNames(call).resolve(ProgramPlan(body.workouts), over: old, for: trainer)
    }

    private func reply(_ row: Program) -> Reply<ProgramView> { Reply(ProgramView(row), version: row.version) }
}

extension Access where Granted == Program {
    static let program = Access.resource(.trainingRead, roles: [.trainer, .admin]) {
        try await $0.program($1.id(), for: $2)
    }
    static let ownProgram = Access.resource(.trainingWrite, roles: [.trainer]) {
        try await $0.program($1.id(), for: $2)
    }
}
