import Domain
import HTTPTypes
import Store

extension Policy {
    /// A client whose training one may see: one's own, a present client's, as admin anyone's.
    func trainee(_ id: Int64, for person: Person) async throws -> Int64 {
        let isVisible =
            switch person.role {
            case .client: id == person.id
            case .trainer: try await People(database).isClient(id, of: person.id)
            case .admin: try await Trainees(database).exists(id, role: .client)
            }
        guard isVisible else { throw Problem.notFound }
        return id
    }

    /// The same, of a client that a body's field names.
    func client(_ id: Int64, of trainer: Person, field: String) async throws {
        guard try await People(database).isClient(id, of: trainer.id) else { throw Problem.unknown(field, "client") }
    }

    /// An exercise that one may see.
    func exercise(_ id: Int64, for person: Person) async throws -> LibraryExercise {
        guard let exercise = try await Exercises(database).find(id),
            try await Exercises(database).isVisible(id, to: person)
        else { throw Problem.notFound }
        return exercise
    }

    /// An exercise that one may change: a trainer's own; the shared ones are the admins'.
    func ownExercise(_ id: Int64, for person: Person) async throws -> LibraryExercise {
        let exercise = try await exercise(id, for: person)
        guard exercise.ownerID == (person.role == .admin ? nil : person.id) else { throw Problem.notAllowed }
        return exercise
    }

    /// An exercise that a body's field names.
    func exercise(_ id: Int64, for person: Person, field: String) async throws -> LibraryExercise {
        guard let exercise = try await Exercises(database).find(id), exercise.archivedAt == nil,
            try await Exercises(database).isVisible(id, to: person)
        else { throw Problem.unknown(field, "exercise") }
        return exercise
    }

    /// A trainer's own workout; admins may read it.
    func workout(_ id: Int64, for person: Person) async throws -> StoredWorkout {
        guard let workout = try await Workouts(database).find(id),
            workout.trainerID == person.id || person.role == .admin
        else { throw Problem.notFound }
        return workout
    }

    /// A trainer's own program; admins may read it.
    func program(_ id: Int64, for person: Person) async throws -> Program {
        guard let program = try await Programs(database).find(id),
            program.trainerID == person.id || person.role == .admin
        else { throw Problem.notFound }
        return program
    }

    func assignment(_ id: Int64, for person: Person) async throws -> Assignment {
        guard let assignment = try await Assignments(database).find(id) else { throw Problem.notFound }
        _ = try await trainee(assignment.clientID, for: person)
        return assignment
    }

    func session(_ id: Int64, for person: Person) async throws -> TrainingSession {
        guard let session = try await TrainingSessions(database).find(id) else { throw Problem.notFound }
        _ = try await trainee(session.clientID, for: person)
        return session
    }

    /// An appointment that one takes part in; a trainer as long as they train that client.
    func booking(_ id: Int64, for person: Person) async throws -> Booking {
        guard let booking = try await Bookings(database).find(id),
            person.role != .trainer || booking.trainerID == person.id
        else { throw Problem.notFound }
        _ = try await trainee(booking.clientID, for: person)
        return booking
    }

    /// A trainer's own weekly hours.
    func availability(_ id: Int64, for trainer: Person) async throws -> StoredAvailability {
        guard let hours = try await Availabilities(database).find(id), hours.trainerID == trainer.id else {
            throw Problem.notFound
        }
        return hours
    }

    /// A trainer whose free hours one may see: oneself, or who trains one.
    func bookable(_ trainer: Int64, for person: Person) async throws -> Int64 {
        let isVisible =
            switch person.role {
            case .trainer: trainer == person.id
            case .client: try await People(database).isClient(person.id, of: trainer)
            case .admin: try await Trainees(database).exists(trainer, role: .trainer)
            }
        guard isVisible else { throw Problem.notFound }
        return trainer
    }
}

extension Problem {
    /// Something that a request names and that is not there, or not for this person.
    static func unknown(_ field: String, _ what: String) -> Problem {
        Problem(
            .unprocessableContent, "unknown_\(what)", "There is no \(what) of this number, or none that you may see.",
            field: field)
    }

    static func invalid(_ error: InvalidField) -> Problem {
        Problem(
            .unprocessableContent, "invalid_field", "The field \(error.field): \(error.reason)", field: error.field)
    }
}

extension Problem {
    /// A file of which nothing was imported; one reason a row.
    static func refused(_ refusal: WorkoutSheet.Refusal) -> Problem {
        let first = refusal.rows.first.map { " \($0.file), line \($0.line): \($0.reason)" } ?? ""
        var problem = Problem(
            .unprocessableContent, "bad_sheet",
            "Nothing was imported: \(refusal.rows.count) rows cannot be read.\(first)",
            field: "file")
        problem.rows = refusal.rows
        return problem
    }
}

extension Access where Granted == Int64 {
    /// A client whose training one may see; `id` in the path.
    static let trainee = Access.resource(.trainingRead) { try await $0.trainee($1.id(), for: $2) }
}
