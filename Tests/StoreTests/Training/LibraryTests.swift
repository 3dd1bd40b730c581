import Domain
import Foundation
import Postgres
import Store
import Testing

/// Exercises, workouts and programs on a real PostgreSQL.
@Suite struct LibraryTests {
    private func exercise(_ name: String, _ type: Exercise.Kind = .core) -> Exercise {
        Exercise(name: name, type: type, level: .power)
    }

    @Test("The library begins with one shared exercise for each rule set")
    func shared() async throws {
        try await TrainingFixture.with { fixture in
            let all = try await Exercises(fixture.pool).list(
                .init(isShared: true), for: fixture.client, limit: 100)
            #expect(Set(all.compactMap(\.exercise.posture)) == Set(ExerciseID.allCases))
            #expect(all.allSatisfy { $0.ownerID == nil })
            for item in all {
                #expect(throws: Never.self) { try item.exercise.validate() }
            }
        }
    }

    @Test("All fields are kept")
    func fields() async throws {
        try await TrainingFixture.with { fixture in
            let exercise = Exercise(
                name: "Élan 💪", type: .plyometric, level: .power,
                prescription: Prescription(
                    sets: 4, reps: Span(3, 5), side: .each, load: 12.5, tempo: try TempoPrescription("20X0"),
                    rest: Span(90), notes: "\"quoted\", {curly} and \\ back"),
                demoURL: "https://video.example/1", posture: .squat, notes: "line\nbreak")
            let exercises = Exercises(fixture.pool)
            let added = try await exercises.add(exercise, owner: fixture.trainer.id)
            #expect(try await exercises.find(added.id)?.exercise == exercise)
            #expect(added.version == 1)
        }
    }

    @Test("Search finds any part of a name in any case, and takes % and _ by the letter")
    func search() async throws {
        try await TrainingFixture.with { fixture in
            let exercises = Exercises(fixture.pool)
            for name in ["Reverse Lunge", "50% lunge", "Lunge_walk", "ausfallschritt"] {
                _ = try await exercises.add(exercise(name), owner: fixture.trainer.id)
            }
            func names(_ text: String) async throws -> [String] {
                try await exercises.list(.init(text: text), for: fixture.trainer, limit: 100).map(\.exercise.name)
            }
            #expect(try await names("LUNGE") == ["50% lunge", "Lunge", "Lunge_walk", "Reverse Lunge"])
            #expect(try await names("%") == ["50% lunge"])
            #expect(try await names("_") == ["Lunge_walk"])
            #expect(try await names("\\").isEmpty)
        }
    }

    @Test("A trainer sees shared ones and their own, a client those of their trainers, an admin all")
    func visibility() async throws {
        try await TrainingFixture.with { fixture in
            let exercises = Exercises(fixture.pool)
            let other = try await fixture.person("other@x.example", .trainer)
            let admin = try await fixture.person("admin@x.example", .admin)
            let foreign = try await exercises.add(exercise("Foreign"), owner: other.id)
            let own = try await exercises.add(exercise("Own"), owner: fixture.trainer.id)
            for (person, sees) in [
                (fixture.trainer, [own.id]), (fixture.client, [own.id]), (other, [foreign.id]),
                (admin, [foreign.id, own.id]),
            ] {
                let listed = try await exercises.list(.init(type: .core, level: .power), for: person, limit: 100)
                #expect(listed.map(\.id) == sees, "\(person.role)")
                for id in [own.id, foreign.id] {
                    #expect(try await exercises.isVisible(id, to: person) == sees.contains(id))
                }
                #expect(Set(try await exercises.names([own.id, foreign.id, -1], for: person).keys) == Set(sees))
            }
        }
    }

    @Test("Pages by name come to all and to each once, whatever the limit", arguments: [1, 3, 7])
    func pages(_ limit: Int) async throws {
        try await TrainingFixture.with { fixture in
            let exercises = Exercises(fixture.pool)
            for name in ["b", "B", "a", "a", "ä", "C"] {
                _ = try await exercises.add(exercise(name), owner: fixture.trainer.id)
            }
            var seen: [LibraryExercise] = []
            while true {
                let page = try await exercises.list(
                    .init(), for: fixture.trainer, after: seen.last?.id, limit: limit)
                seen += page
                if page.count < limit { break }
            }
            let whole = try await exercises.list(.init(), for: fixture.trainer, limit: 1000)
            #expect(seen.map(\.id) == whole.map(\.id))
            #expect(whole.count == 17)
        }
    }

    @Test("An edit of a version that is no longer there changes nothing")
    func lostUpdate() async throws {
        try await TrainingFixture.with { fixture in
            let exercises = Exercises(fixture.pool)
            let first = try await exercises.add(exercise("A"), owner: fixture.trainer.id)
            let second = try await exercises.update(first.id, to: exercise("B"), version: first.version)
            #expect(second?.version == 2)
            #expect(try await exercises.update(first.id, to: exercise("C"), version: first.version) == nil)
            #expect(try await exercises.find(first.id)?.exercise.name == "B")
            #expect(try await exercises.update(first.id, to: exercise("D"), version: nil)?.version == 3)
        }
    }

    @Test("What is archived leaves the lists and can come back; archiving twice is once")
    func archive() async throws {
        try await TrainingFixture.with { fixture in
            let workouts = Workouts(fixture.pool)
            let workout = try await workouts.add(fixture.workout, trainer: fixture.trainer.id)
            try await workouts.setArchived(true, workout.id)
            let archived = try #require(try await workouts.find(workout.id))
            try await workouts.setArchived(true, workout.id)
            #expect(try await workouts.find(workout.id)?.version == archived.version)
            #expect(try await workouts.list(trainer: fixture.trainer.id, limit: 10).isEmpty)
            #expect(
                try await workouts.list(trainer: fixture.trainer.id, isArchived: true, limit: 10).map(\.id)
                    == [workout.id])
            try await workouts.setArchived(false, workout.id)
            #expect(try await workouts.list(trainer: fixture.trainer.id, limit: 10).map(\.workout) == [fixture.workout])
        }
    }

    @Test("A name finds the trainer's own exercise first, then the shared one, else makes one, once")
    func named() async throws {
        try await TrainingFixture.with { fixture in
            let exercises = Exercises(fixture.pool)
            #expect(fixture.squat.ownerID == nil)
            #expect(fixture.row.ownerID == fixture.trainer.id)
            #expect(try await exercises.named("CABLE ROW", for: fixture.trainer).id == fixture.row.id)
            let own = try await exercises.add(exercise("Squat"), owner: fixture.trainer.id)
            #expect(try await exercises.named("squat", for: fixture.trainer).id == own.id)
        }
    }

    @Test("A program keeps its plan, counts its versions and its workouts")
    func programs() async throws {
        try await TrainingFixture.with { fixture in
            let programs = Programs(fixture.pool)
            let plan = ProgramPlan([.init(week: 1, day: 1, workout: fixture.workout)])
            let program = try await programs.add(name: "P", plan: plan, trainer: fixture.trainer.id)
            let longer = ProgramPlan(plan.workouts + [.init(week: 2, day: 1, workout: fixture.workout)])
            let next = try await programs.update(program.id, name: "Q", plan: longer, version: program.version)
            #expect(next?.version == 2)
            #expect(try await programs.update(program.id, name: "R", plan: plan, version: 1) == nil)
            #expect(try await programs.find(program.id)?.plan == longer)
            let heading = try #require(try await programs.list(trainer: fixture.trainer.id, limit: 5).first)
            #expect((heading.name, heading.version, heading.workouts) == ("Q", 2, 2))
        }
    }
}
