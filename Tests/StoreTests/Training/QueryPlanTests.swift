import Domain
import Foundation
import Postgres
import Store
import Testing

/// No statement of the training store reads a whole table.
@Suite struct QueryPlanTests {
    @Test("Each statement finds its rows by an index")
    func indexed() async throws {
        try await TrainingFixture.with { fixture in
            try await fixture.pool.transaction { transaction in
                try await transaction.execute("SET LOCAL enable_seqscan = off")
                let plans = QueryPlans(transaction)
                try await library(plans, fixture)
                try await planning(plans, fixture)
                try await logging(plans, fixture)
                try await booking(plans, fixture)
                #expect(plans.count > 60)
                #expect(plans.unindexed.isEmpty, "\(plans.unindexed.joined(separator: "\n"))")
            }
        }
    }

    @Test("The test itself sees a table that has no index for the question")
    func sees() async throws {
        try await TrainingFixture.with { fixture in
            try await fixture.pool.transaction { transaction in
                try await transaction.execute("SET LOCAL enable_seqscan = off")
                let plans = QueryPlans(transaction)
                _ = try await plans.query("SELECT 1 FROM workout WHERE version = \(1)")
                #expect(plans.unindexed.count == 1)
            }
        }
    }

    private func library(_ plans: QueryPlans, _ fixture: TrainingFixture) async throws {
        let exercises = Exercises(plans)
        let exercise = Exercise(name: "A", type: .core, level: .power)
        let added = try await exercises.add(exercise, owner: fixture.trainer.id)
        _ = try await exercises.find(added.id)
        _ = try await exercises.isVisible(added.id, to: fixture.client)
        _ = try await exercises.update(added.id, to: exercise, version: 1)
        try await exercises.setArchived(true, added.id)
        _ = try await exercises.names([added.id], for: fixture.trainer)
        _ = try await exercises.named("Row", for: fixture.trainer)
        for person in [fixture.trainer, fixture.client] {
            _ = try await exercises.list(.init(), for: person, limit: 10)
            _ = try await exercises.list(.init(text: "abc", type: .core), for: person, after: added.id, limit: 10)
        }
        let workouts = Workouts(plans)
        let workout = try await workouts.add(fixture.workout, trainer: fixture.trainer.id)
        _ = try await workouts.find(workout.id)
        _ = try await workouts.list(trainer: fixture.trainer.id, before: 5, limit: 10)
        _ = try await workouts.update(workout.id, to: fixture.workout, version: 1)
        try await workouts.setArchived(true, workout.id)
    }

    private func planning(_ plans: QueryPlans, _ fixture: TrainingFixture) async throws {
        let programs = Programs(plans)
        let plan = ProgramPlan([.init(week: 1, day: 1, workout: fixture.workout)])
        let program = try await programs.add(name: "P", plan: plan, trainer: fixture.trainer.id)
        _ = try await programs.find(program.id)
        _ = try await programs.list(trainer: fixture.trainer.id, limit: 10)
        _ = try await programs.update(program.id, name: "P", plan: plan, version: nil)
        try await programs.setArchived(true, program.id)
        let assignments = Assignments(plans)
        let day = try await assignments.today(client: fixture.client.id)
        let assignment = try await assignments.assign(
            program, to: fixture.client.id, startingOn: day, by: fixture.trainer.id)
        _ = try await assignments.find(assignment.id)
        _ = try await assignments.list(client: fixture.client.id, limit: 10)
        let due = try await assignments.due(client: fixture.client.id, from: day, through: day)
        _ = try await assignments.dueWorkout(due[0].id)
        try await assignments.end(assignment.id, on: day)
        _ = try await Trainees(plans).exists(fixture.client.id, role: .client)
    }

    private func logging(_ plans: QueryPlans, _ fixture: TrainingFixture) async throws {
        let (sessions, sets) = (TrainingSessions(plans), SessionSets(plans))
        let session = try await sessions.begin(
            NewSession(
                client: fixture.client.id, trainer: fixture.trainer.id, group: UUID(), name: "S",
                workout: fixture.workout))
        _ = try await sessions.find(session.id)
        let record = try #require(try await sessions.record(session.id))
        let place = SessionSets.Place(session: session.id, exercise: record.exercises[0].id, number: 1)
        #expect(try await sessions.has(exercise: place.exercise, session.id))
        #expect(try await sets.log(SetRecord(reps: 5), at: place, by: fixture.client.id))
        _ = try await sets.attach(UUID(), to: place)
        _ = try await sets.shown(by: UUID())
        _ = try await Judgings(plans).of(UUID())
        let changes = RuleChanges(plans)
        _ = try await changes.set("{}", trainer: fixture.trainer.id, client: fixture.client.id, expected: nil)
        _ = try await changes.current(trainer: fixture.trainer.id, client: fixture.client.id)
        _ = try await sessions.list(client: fixture.client.id, limit: 10)
        _ = try await sessions.participants(session)
        _ = try await sessions.setNotes("n", of: session.id, version: nil)
        _ = try await sets.history(client: fixture.client.id)
        _ = try await sets.history(client: fixture.client.id, exercise: fixture.squat.id)
        #expect(try await sets.remove(place))
        _ = try await sessions.addExercise(
            fixture.row, prescription: Prescription(reps: Span(1)), phase: .work, to: session.id)
        _ = try await sessions.swap(record.exercises[1].id, of: session.id, for: fixture.row)
        _ = try await sessions.setStatus(.skipped, notes: nil, of: record.exercises[2].id, in: session.id)
        try await sessions.finish(session.id)
    }

    private func booking(_ plans: QueryPlans, _ fixture: TrainingFixture) async throws {
        let bookings = Bookings(plans)
        let span = DateInterval(start: try await bookings.now(), duration: 3600)
        try await bookings.lock(trainer: fixture.trainer.id, client: fixture.client.id)
        let booking = try await bookings.add(
            trainer: fixture.trainer.id, client: fixture.client.id, during: span, notes: "")
        _ = try await bookings.find(booking.id)
        _ = try await bookings.move(booking.id, to: span, version: nil)
        _ = try await bookings.list(for: fixture.trainer, within: span)
        _ = try await bookings.list(for: fixture.client, within: span)
        _ = try await bookings.taken(trainer: fixture.trainer.id, within: span)
        _ = try await bookings.cancel(booking.id)
        let store = Availabilities(plans)
        let hours = Availability(
            timeZone: "UTC", weekday: 1, starts: try #require(TimeOfDay("09:00")),
            ends: try #require(TimeOfDay("10:00")), from: try fixture.day("2026-01-01"))
        let kept = try await store.add(hours, trainer: fixture.trainer.id)
        _ = try await store.find(kept.id)
        _ = try await store.list(trainer: fixture.trainer.id)
        _ = try await store.update(kept.id, to: hours, version: nil)
        try await store.remove(kept.id)
        let feeds = CalendarFeeds(plans)
        let secret = try await feeds.renew(for: fixture.client.id)
        _ = try await feeds.person(secret: secret)
        try await feeds.revoke(for: fixture.client.id)
    }
}
