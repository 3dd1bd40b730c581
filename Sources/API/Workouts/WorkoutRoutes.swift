import Domain
import HTTPTypes
import Store

/// The workouts of a trainer's library. A change gives the whole workout anew, in the order that it is to have.
struct WorkoutRoutes: Sendable {
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/workouts", "The trainer's workouts, newest first",
                access: .roles([.trainer], .trainingRead),
                .init(query: QueryParameter.paging + [QueryParameter("archived", .boolean, "true: archived ones")]),
                handler: list),
            Endpoint(
                .post, "/api/v1/workouts", "Add a workout", access: .roles([.trainer], .trainingWrite),
                status: .created, .init(bodyLimit: 256 << 10), handler: add),
            Endpoint(.get, "/api/v1/workouts/{id}", "One workout", access: .workout, handler: show),
            Endpoint(
                .put, "/api/v1/workouts/{id}", "Change a workout, reorder it", access: .ownWorkout,
                .init(bodyLimit: 256 << 10, isEdit: true), handler: edit),
            Endpoint(
                .post, "/api/v1/workouts/{id}/copy", "Copy a workout", access: .ownWorkout, status: .created,
                handler: copy),
            Endpoint(
                .post, "/api/v1/workouts/{id}/archive", "Take a workout off the list", access: .ownWorkout
            ) { call, workout in try await archive(call, workout, true) },
            Endpoint(
                .post, "/api/v1/workouts/{id}/restore", "Put an archived workout back", access: .ownWorkout
            ) { call, workout in try await archive(call, workout, false) },
        ]
    }

    @Sendable private func list(_ call: Call, _ trainer: Person) async throws -> Reply<Page<WorkoutView>> {
        let page = try call.page()
        let rows = try await Workouts(call.database).list(
            trainer: trainer.id, isArchived: call.flag("archived") ?? false, before: page.number(),
            limit: page.limit + 1)
        return Reply(Page(rows, page, keys: { ["\($0.id)"] }, item: WorkoutView.init))
    }

    @Sendable private func add(_ call: Call, _ trainer: Person, _ workout: Workout) async throws -> Reply<WorkoutView> {
        let named = try await PlanNames(call).resolve(workout, for: trainer)
        return reply(try await Workouts(call.database).add(named, trainer: trainer.id))
    }

    @Sendable private func show(_ call: Call, _ workout: StoredWorkout) async throws -> Reply<WorkoutView> {
        reply(workout)
    }

    @Sendable private func edit(
        _ call: Call, _ old: StoredWorkout, _ workout: Workout
    ) async throws -> Reply<WorkoutView> {
        let named = try await PlanNames(call).resolve(
            workout, over: old.workout, for: call.requirePrincipal().person)
        guard let row = try await Workouts(call.database).update(old.id, to: named, version: call.expectedVersion)
        else { throw Problem.versionStale }
        return reply(row)
    }

    @Sendable private func copy(_ call: Call, _ workout: StoredWorkout) async throws -> Reply<WorkoutView> {
        reply(try await Workouts(call.database).add(workout.workout, trainer: workout.trainerID))
    }

    private func archive(
        _ call: Call, _ workout: StoredWorkout, _ isArchived: Bool
    ) async throws -> Reply<WorkoutView> {
        let workouts = Workouts(call.database)
        try await workouts.setArchived(isArchived, workout.id)
        guard let row = try await workouts.find(workout.id) else { throw Problem.notFound }
        return reply(row)
    }

    private func reply(_ row: StoredWorkout) -> Reply<WorkoutView> { Reply(WorkoutView(row), version: row.version) }
}

/// A workout as the API shows it.
struct WorkoutView: Encodable, SchemaDescribing {
    var id: Int64
    var workout: Workout
    var archived: Bool

    static let schema = Workout.schema.adding([.required("id", .id), .required("archived", .boolean)])

    init(_ row: StoredWorkout) {
        (id, workout, archived) = (row.id, row.workout, row.archivedAt != nil)
    }

    private enum CodingKeys: String, CodingKey { case id, archived }

    func encode(to encoder: any Encoder) throws {
        try workout.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(archived, forKey: .archived)
    }
}

extension Access where Granted == StoredWorkout {
    static let workout = Access.resource(.trainingRead, roles: [.trainer, .admin]) {
        try await $0.workout($1.id(), for: $2)
    }
    static let ownWorkout = Access.resource(.trainingWrite, roles: [.trainer]) {
        try await $0.workout($1.id(), for: $2)
    }
}
