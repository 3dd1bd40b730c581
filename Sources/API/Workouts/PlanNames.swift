import Domain
import HTTPTypes
import Postgres
import Store

/// Checks plans that a trainer sends, and writes the names of their exercises into them.
struct PlanNames: Sendable {
    private let database: any PostgresExecutor

    init(_ call: Call) { database = call.database }

    /// What is archived may stay where `old` has it already, and be chosen nowhere else.
    func resolve(_ workout: Workout, over old: Workout? = nil, for trainer: Person) async throws -> Workout {
        try workout.validate()
        let names = try await Exercises(database).names(
            Self.ids(workout.exercises), archived: Self.ids(old?.exercises ?? []), for: trainer)
        return try workout.mapExercises { item throws(Problem) in try Self.named(item, names) }
    }

    func resolve(
        _ plan: ProgramPlan, over old: ProgramPlan? = nil, for trainer: Person
    ) async throws -> ProgramPlan {
        try plan.validate()
        let names = try await Exercises(database).names(
            Self.ids(plan), archived: old.map(Self.ids) ?? [], for: trainer)
        return try plan.mapExercises { item throws(Problem) in try Self.named(item, names) }
    }

    private static func ids(_ plan: ProgramPlan) -> [Int64] { ids(plan.workouts.flatMap(\.workout.exercises)) }

    private static func ids(_ items: [PlannedExercise]) -> [Int64] { Set(items.map(\.exercise)).sorted() }

    private static func named(_ item: PlannedExercise, _ names: [Int64: String]) throws(Problem) -> PlannedExercise {
        guard let name = names[item.exercise] else { throw .unknown("exercise", "exercise") }
        var item = item
        item.name = name
        return item
    }
}
