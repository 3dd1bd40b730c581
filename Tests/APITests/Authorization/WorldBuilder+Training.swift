import Domain
import Foundation
import Postgres
import Store

/// What client A's training has, and their trainer's library.
struct TrainingThings: Sendable {
    var shared: Int64 = 0
    var exercise: Int64 = 0
    var workout: Int64 = 0
    var program: Int64 = 0
    var assignment: Int64 = 0
    var session: Int64 = 0
    /// Of the session; its first set is logged.
    var sessionExercise: Int64 = 0
    var availability: Int64 = 0
    var booking: Int64 = 0
    /// A month on, as RFC 3339.
    var later = ""
}

extension WorldBuilder {
    func trainingThings(trainer: Person, client: Int64) async throws -> TrainingThings {
        var things = TrainingThings()
        let exercises = Exercises(pool)
        things.shared = try await exercises.named("Squat", for: trainer).id
        let own = try await exercises.named(World.canary, for: trainer)
        things.exercise = own.id
        let item = PlannedExercise(exercise: own.id, name: World.canary, prescription: Prescription(reps: Span(5)))
        let workout = Workout(name: World.canary, work: [Activity(exercises: [item])])
        things.workout = try await Workouts(pool).add(workout, trainer: trainer.id).id
        let program = try await Programs(pool).add(
            name: World.canary, plan: ProgramPlan([.init(week: 1, day: 1, workout: workout)]), trainer: trainer.id)
        things.program = program.id
        let today = try await Assignments(pool).today(client: client)
        things.assignment = try await Assignments(pool).assign(
            program, to: client, startingOn: today, by: trainer.id
        ).id
        _ = try await RuleChanges(pool).set(
            #"{"squat":{"heel_rise":{"cue":"\#(World.canary)"}}}"#, trainer: trainer.id, client: client, expected: nil)
        try await addSession(&things, workout, trainer: trainer.id, client: client)
        try await addAppointments(&things, trainer: trainer.id, client: client)
        return things
    }

    private func addSession(
        _ things: inout TrainingThings, _ workout: Workout, trainer: Int64, client: Int64
    ) async throws {
        let sessions = TrainingSessions(pool)
        things.session = try await sessions.begin(
            NewSession(client: client, trainer: trainer, name: World.canary, workout: workout)
        ).id
        things.sessionExercise = try await sessions.record(things.session)!.exercises[0].id
        _ = try await SessionSets(pool).log(
            SetRecord(reps: 5, load: 20, notes: World.canary),
            at: .init(session: things.session, exercise: things.sessionExercise, number: 1), by: client)
    }

    /// The trainer is there day and night, so that client A may book.
    private func addAppointments(_ things: inout TrainingThings, trainer: Int64, client: Int64) async throws {
        for weekday in 1...7 {
            things.availability = try await Availabilities(pool).add(
                Availability(
                    timeZone: "UTC", weekday: weekday, starts: TimeOfDay("00:00")!, ends: TimeOfDay("24:00")!,
                    from: LocalDate("2020-01-01")!), trainer: trainer
            ).id
        }
        let now = try await Bookings(pool).now()
        let noon = Date(timeIntervalSince1970: (now.timeIntervalSince1970 / 86_400).rounded(.down) * 86_400 + 43_200)
        things.booking = try await Bookings(pool).add(
            trainer: trainer, client: client,
            during: DateInterval(start: noon.addingTimeInterval(20 * 86_400), duration: 3600), notes: World.canary
        ).id
        things.later = noon.addingTimeInterval(30 * 86_400).formatted(.iso8601)
    }
}
