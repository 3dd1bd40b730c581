import Domain
import HTTPTypes
import Store

/// The exercise library.
struct ExerciseRoutes: Sendable {
    /// Exercises that have rules.
    let rules: [ExerciseID]

    private static let filters = [
        QueryParameter("q", .text(1...100), "Part of the name"),
        QueryParameter("type", .choice(Exercise.Kind.self), "Only of this type"),
        QueryParameter("level", .choice(Exercise.Level.self), "Only of this level"),
        QueryParameter("posture", .exercise, "Only those judged by this rule set"),
        QueryParameter("shared", .boolean, "true: only shared ones; false: only one's own"),
        QueryParameter("archived", .boolean, "true: those that were archived"),
    ]

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/exercises", "Exercises by name", access: .signedIn(.trainingRead),
                .init(query: QueryParameter.paging + Self.filters), handler: list),
            Endpoint(
                .post, "/api/v1/exercises", "Add an exercise: a trainer's own; an admin's is shared with all",
                access: .roles([.trainer, .admin], .trainingWrite), status: .created, handler: add),
            Endpoint(.get, "/api/v1/exercises/{id}", "One exercise", access: .exercise, handler: show),
            Endpoint(
                .put, "/api/v1/exercises/{id}", "Change an exercise", access: .ownExercise, .init(isEdit: true),
                handler: edit),
            Endpoint(
                .post, "/api/v1/exercises/{id}/archive", "Take an exercise off the lists; plans keep it",
                access: .ownExercise
            ) { call, exercise in try await archive(call, exercise, true) },
            Endpoint(
                .post, "/api/v1/exercises/{id}/restore", "Put an archived exercise back", access: .ownExercise
            ) { call, exercise in try await archive(call, exercise, false) },
        ]
    }

    @Sendable private func list(_ call: Call, _ person: Person) async throws -> Reply<Page<ExerciseView>> {
        let page = try call.page()
        let filter = Exercises.Filter(
            text: call.query["q"]?.text, type: call.query["type"]?.text.flatMap(Exercise.Kind.init),
            level: call.query["level"]?.text.flatMap(Exercise.Level.init),
            posture: call.query["posture"]?.text.flatMap(ExerciseID.init), isShared: call.flag("shared"),
            isArchived: call.flag("archived") ?? false)
        let rows = try await Exercises(call.database).list(
            filter, for: person, after: page.number(), limit: page.limit + 1)
        return Reply(Page(rows, page, keys: { ["\($0.id)"] }, item: ExerciseView.init))
    }

    @Sendable private func add(
        _ call: Call, _ person: Person, _ exercise: Exercise
    ) async throws -> Reply<ExerciseView> {
        try check(exercise)
        return reply(
            try await Exercises(call.database).add(exercise, owner: person.role == .admin ? nil : person.id))
    }

    @Sendable private func show(_ call: Call, _ exercise: LibraryExercise) async throws -> Reply<ExerciseView> {
        reply(exercise)
    }

    @Sendable private func edit(
        _ call: Call, _ old: LibraryExercise, _ exercise: Exercise
    ) async throws -> Reply<ExerciseView> {
        try check(exercise)
        guard
            let row = try await Exercises(call.database).update(old.id, to: exercise, version: call.expectedVersion)
        else { throw Problem.versionStale }
        return reply(row)
    }

    /// Its fields, and that there are rules of the name it gives.
    private func check(_ exercise: Exercise) throws(InvalidField) {
        try exercise.validate()
        guard let posture = exercise.posture, !rules.contains(posture) else { return }
        let names = rules.map(\.rawValue).joined(separator: ", ")
        throw InvalidField("posture", "There are no rules for \(posture.rawValue); there are: \(names).")
    }

    private func archive(
        _ call: Call, _ exercise: LibraryExercise, _ isArchived: Bool
    ) async throws -> Reply<ExerciseView> {
        let exercises = Exercises(call.database)
        try await exercises.setArchived(isArchived, exercise.id)
        guard let row = try await exercises.find(exercise.id) else { throw Problem.notFound }
        return reply(row)
    }

    private func reply(_ row: LibraryExercise) -> Reply<ExerciseView> {
        Reply(ExerciseView(row), version: row.version)
    }
}

extension Access where Granted == LibraryExercise {
    static let exercise = Access.resource(.trainingRead) { try await $0.exercise($1.id(), for: $2) }
    static let ownExercise = Access.resource(.trainingWrite, roles: [.trainer, .admin]) {
        try await $0.ownExercise($1.id(), for: $2)
    }
}

extension Call {
    /// A query parameter that is true or false.
    func flag(_ name: String) -> Bool? {
        if case .boolean(let value) = query[name] { value } else { nil }
    }

    /// A day of the query; 422 for one beyond the years that are kept.
    func day(_ name: String) throws(InvalidField) -> LocalDate? {
        guard let text = query[name]?.text else { return nil }
        guard let day = LocalDate(text) else { throw InvalidField(name, "The years are 1900 to 2199.") }
        return day
    }
}
