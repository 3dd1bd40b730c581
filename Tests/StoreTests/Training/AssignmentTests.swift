import Domain
import Foundation
import Postgres
import Store
import Testing

/// Pinned plans and what is due when.
@Suite struct AssignmentTests {
    private func program(_ fixture: TrainingFixture) async throws -> Program {
        let plan = ProgramPlan(
            [(1, 1, "A"), (1, 1, "B"), (1, 4, "C"), (2, 7, "D")].map { week, day, name in
                var workout = fixture.workout
                workout.name = name
                return .init(week: week, day: day, workout: workout)
            })
        return try await Programs(fixture.pool).add(name: "P", plan: plan, trainer: fixture.trainer.id)
    }

    @Test("Weeks and days from the start give the calendar, workouts of one day in their order")
    func calendar() async throws {
        try await TrainingFixture.with { fixture in
            let assignments = Assignments(fixture.pool)
            _ = try await assignments.assign(
                try await program(fixture), to: fixture.client.id, startingOn: try fixture.day("2026-02-26"),
                by: fixture.trainer.id)
            let due = try await assignments.due(
                client: fixture.client.id, from: try fixture.day("2026-01-01"), through: try fixture.day("2026-12-31"))
            #expect(due.map(\.dueOn.text) == ["2026-02-26", "2026-02-26", "2026-03-01", "2026-03-11"])
            #expect(due.map(\.workout.name) == ["A", "B", "C", "D"])
            #expect(due[0].workout.work == fixture.workout.work)
            let one = try await assignments.due(
                client: fixture.client.id, from: try fixture.day("2026-03-01"), through: try fixture.day("2026-03-01"))
            #expect(one.map(\.workout.name) == ["C"])
        }
    }

    @Test("Editing a program changes nothing of what is assigned")
    func pinned() async throws {
        try await TrainingFixture.with { fixture in
            let assignments = Assignments(fixture.pool)
            let program = try await program(fixture)
            let start = try fixture.day("2026-03-02")
            let assignment = try await assignments.assign(
                program, to: fixture.client.id, startingOn: start, by: fixture.trainer.id)
            let before = try await assignments.due(client: fixture.client.id, from: start, through: start)
            _ = try await Programs(fixture.pool).update(
                program.id, name: "Other", plan: ProgramPlan([]), version: program.version)
            let after = try await assignments.due(client: fixture.client.id, from: start, through: start)
            #expect(after.map(\.workout) == before.map(\.workout))
            #expect(after.count == 2)
            let kept = try #require(try await assignments.find(assignment.id))
            #expect((kept.name, kept.programVersion) == ("P", 1))
        }
    }

    @Test("Once a plan has ended nothing more of it is due; the first end counts")
    func end() async throws {
        try await TrainingFixture.with { fixture in
            let assignments = Assignments(fixture.pool)
            let assignment = try await assignments.assign(
                try await program(fixture), to: fixture.client.id, startingOn: try fixture.day("2026-03-02"),
                by: fixture.trainer.id)
            try await assignments.end(assignment.id, on: try fixture.day("2026-03-05"))
            try await assignments.end(assignment.id, on: try fixture.day("2026-03-01"))
            let due = try await assignments.due(
                client: fixture.client.id, from: try fixture.day("2026-01-01"), through: try fixture.day("2026-12-31"))
            #expect(due.map(\.workout.name) == ["A", "B"])
        }
    }

    @Test("A due workout names its newest session and whether that is finished")
    func session() async throws {
        try await TrainingFixture.with { fixture in
            let assignments = Assignments(fixture.pool)
            let start = try fixture.day("2026-03-02")
            _ = try await assignments.assign(
                try await program(fixture), to: fixture.client.id, startingOn: start, by: fixture.trainer.id)
            let due = try await assignments.due(client: fixture.client.id, from: start, through: start)
            let session = try await TrainingSessions(fixture.pool).begin(
                NewSession(client: fixture.client.id, trainer: nil, dueWorkout: due[0].id, name: "A"))
            #expect(try await assignments.dueWorkout(due[0].id)?.isFinished == false)
            try await TrainingSessions(fixture.pool).finish(session.id)
            let after = try await assignments.due(client: fixture.client.id, from: start, through: start)
            #expect(after.map(\.sessionID) == [session.id, nil])
            #expect(after.map(\.isFinished) == [true, false])
        }
    }

    @Test("Today is the day where the client is")
    func today() async throws {
        try await TrainingFixture.with { fixture in
            let assignments = Assignments(fixture.pool)
            func today(_ zone: String) async throws -> LocalDate {
                try await fixture.pool.execute(
                    "UPDATE person SET time_zone = \(zone) WHERE id = \(fixture.client.id)")
                return try await assignments.today(client: fixture.client.id)
            }
            let (east, west) = (try await today("Pacific/Kiritimati"), try await today("Pacific/Pago_Pago"))
            // Twenty-five hours apart: at any moment one or two days.
            #expect((1...2).contains(east.dayNumber - west.dayNumber))
        }
    }
}
