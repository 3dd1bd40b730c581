import API
import Domain
import Foundation
import OpenSSL
import Postgres
import Store

/// The demo's people: made once, with passwords of their own, kept in the data folder for their owner's eyes.
struct DemoAccounts: Codable {
    struct Account: Codable {
        var email: String
        var password: String
    }

    var trainer: Account
    var client: Account

    static func prepare(_ pool: PostgresPool, folder: String) async throws -> DemoAccounts {
        let file = folder + "/demo-accounts.json"
        let people = People(pool)
        if let data = FileManager.default.contents(atPath: file),
            let known = try? JSONDecoder().decode(DemoAccounts.self, from: data),
            try await people.find(email: known.trainer.email) != nil
        {
            return known
        }
        let accounts = DemoAccounts(
            trainer: Account(email: "trainer@pthub.example", password: hex(RandomBytes.generate(6))),
            client: Account(email: "client@pthub.example", password: hex(RandomBytes.generate(6))))
        try await add(accounts, pool)
        try JSONEncoder().encode(accounts).write(to: URL(fileURLWithPath: file), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        return accounts
    }

    private static func add(_ accounts: DemoAccounts, _ pool: PostgresPool) async throws {
        let passwords = Passwords()
        let trainerCredential = try await passwords.credential(for: accounts.trainer.password)
        let clientCredential = try await passwords.credential(for: accounts.client.password)
        try await pool.transaction { transaction in
            let people = People(transaction)
            let trainer = try await account(
                people, accounts.trainer, "Toni", "Trainer", .trainer, trainerCredential)
            let client = try await account(people, accounts.client, "Casey", "Client", .client, clientCredential)
            try await people.relate(trainer: trainer.id, client: client.id)
            try await assignProgram(to: client.id, by: trainer, transaction)
        }
    }

    /// Two workouts of the first week, from the shared library.
    private static func assignProgram(to client: Int64, by trainer: Person, _ transaction: Transaction) async throws {
        let exercises = Exercises(transaction)
        let plan: [(day: Int, name: String, reps: Int, tempo: String)] = [
            (1, "Squat", 5, "2020"), (3, "Push-up", 6, "2010"),
        ]
        var entries: [ProgramPlan.Entry] = []
        for (day, name, reps, tempo) in plan {
            let exercise = try await exercises.named(name, for: trainer)
            let prescription = Prescription(sets: 3, reps: Span(reps), tempo: try TempoPrescription(tempo))
            let item = PlannedExercise(exercise: exercise.id, name: name, prescription: prescription)
            entries.append(
                .init(week: 1, day: day, workout: Workout(name: name, work: [Activity(exercises: [item])])))
        }
        let program = try await Programs(transaction).add(
            name: "First weeks", plan: ProgramPlan(entries), trainer: trainer.id)
        let assignments = Assignments(transaction)
        _ = try await assignments.assign(
            program, to: client, startingOn: try await assignments.today(client: client), by: trainer.id)
    }

    /// Passwords are set anew when the people are there but the file is lost.
    private static func account(
        _ people: People, _ account: Account, _ first: String, _ last: String, _ role: Person.Role,
        _ credential: People.Credential
    ) async throws -> Person {
        if let known = try await people.find(email: account.email) {
            try await people.setCredential(credential, of: known.id)
            return known
        }
        return try await people.add(
            email: account.email, firstName: first, lastName: last, role: role, credential: credential)
    }
}
