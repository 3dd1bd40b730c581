import Domain
import Foundation
import Postgres
import Store
import Support

/// A trainer with a client and a small library, on an empty database.
struct TrainingFixture: Sendable {
    let pool: PostgresPool
    let trainer: Person
    let client: Person
    let squat: LibraryExercise
    let row: LibraryExercise

    static func with(_ body: (TrainingFixture) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { pool, _ in try await body(try await make(pool)) }
    }

    static func make(_ pool: PostgresPool) async throws -> TrainingFixture {
        let people = People(pool)
        let trainer = try await people.add(
            email: "t@x.example", firstName: "T", lastName: "T", role: .trainer, credential: nil)
        let client = try await people.add(
            email: "c@x.example", firstName: "C", lastName: "C", role: .client, credential: nil)
        try await people.relate(trainer: trainer.id, client: client.id)
        let exercises = Exercises(pool)
        return TrainingFixture(
            pool: pool, trainer: trainer, client: client, squat: try await exercises.named("squat", for: trainer),
            row: try await exercises.named("Cable row", for: trainer))
    }

    func person(_ email: String, _ role: Person.Role) async throws -> Person {
        try await People(pool).add(email: email, firstName: "P", lastName: "P", role: role, credential: nil)
    }

    func item(_ exercise: LibraryExercise, reps: Int = 10) -> PlannedExercise {
        PlannedExercise(
            exercise: exercise.id, name: exercise.exercise.name, prescription: Prescription(sets: 3, reps: Span(reps)))
    }

    /// Squats, then a superset of both.
    var workout: Workout {
        Workout(
            name: "Day", warmUp: [Activity(exercises: [item(squat)])],
            work: [Activity(superset: .antagonistic, exercises: [item(squat), item(row)])])
    }

    func day(_ text: String) throws -> LocalDate {
        guard let day = LocalDate(text) else { throw CocoaError(.formatting) }
        return day
    }

    func begunSession(workout: Workout? = nil) async throws -> TrainingSession {
        try await TrainingSessions(pool).begin(
            NewSession(client: client.id, trainer: trainer.id, name: "Day", workout: workout ?? self.workout))
    }
}
