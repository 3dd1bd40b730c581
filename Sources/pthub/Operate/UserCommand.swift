import API
import ArgumentParser
import Foundation
import Postgres
import Store

/// Accounts, for the operator.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Add people.", subcommands: [Add.self, Relate.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a person. The password is read from standard input, so that it is in no history.")
        @Argument(help: "E-mail address.") var email: String
        @Option(help: "admin, trainer or client.") var role: Person.Role = .client
        @Option(help: "First name.") var first = ""
        @Option(help: "Last name.") var last = ""

        func run() async throws {
            try await reportingFailures {
                guard let password = readLine(strippingNewline: true), password.count >= 8 else {
                    throw Failure(.failed, "Give a password of at least 8 characters on standard input.")
                }
                let credential = try await Passwords().credential(for: password)
                try await Database.withPool(Settings.fromEnvironment()) { pool in
                    do {
                        let person = try await People(pool).add(
                            email: email, firstName: first, lastName: last, role: role, credential: credential)
                        print("Added \(person.role.rawValue) \(person.email) with id \(person.id).")
                    } catch let error as PostgresError where error.isUniqueViolation {
                        throw Failure(.failed, "There is somebody with the e-mail address \(email) already.")
                    }
                }
            }
        }
    }

    struct Relate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make one person the client of a trainer.")
        @Option(help: "The trainer's e-mail address.") var trainer: String
        @Option(help: "The client's e-mail address.") var client: String

        func run() async throws {
            try await reportingFailures {
                try await Database.withPool(Settings.fromEnvironment()) { pool in
                    let people = People(pool)
                    guard let trainer = try await people.find(email: trainer),
                        let client = try await people.find(email: client)
                    else { throw Failure(.failed, "One of the two addresses is nobody's.") }
                    try await people.relate(trainer: trainer.id, client: client.id)
                }
            }
        }
    }
}

extension Person.Role: ExpressibleByArgument {}
