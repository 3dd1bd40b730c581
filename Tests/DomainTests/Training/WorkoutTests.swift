import Domain
import Foundation
import Testing

/// What a workout and a plan may hold.
@Suite struct WorkoutTests {
    private func item(_ prescription: Prescription = Prescription(sets: 3, reps: Span(10))) -> PlannedExercise {
        PlannedExercise(exercise: 1, name: "Squat", prescription: prescription)
    }

    private func field(of check: () throws(InvalidField) -> Void) -> String? {
        do throws(InvalidField) {
            try check()
            return nil
        } catch { return error.field }
    }

    @Test("Emoji and right-to-left names are names like any other", arguments: ["Kraft 💪🏽", "تمرين القرفصاء", "é"])
    func names(_ name: String) {
        #expect(field { () throws(InvalidField) in try Workout(name: name).validate() } == nil)
    }

    @Test(
        "Names that are empty, endless or hold control characters are refused",
        arguments: ["", "  ", String(repeating: "x", count: 10_000), "a\nb", "a\0b"])
    func badNames(_ name: String) {
        #expect(field { () throws(InvalidField) in try Workout(name: name).validate() } == "name")
    }

    @Test("An error names the path to its field")
    func path() {
        let bad = item(Prescription(sets: 3, reps: Span(10), load: -1))
        let workout = Workout(
            name: "Day",
            work: [
                Activity(exercises: [item()]), Activity(superset: .antagonistic, exercises: [item(), bad]),
            ])
        #expect(
            field { () throws(InvalidField) in try workout.validate() }
                == "work[1].exercises[1].prescription.load_kg")
        let plan = ProgramPlan([.init(week: 1, day: 8, workout: workout)])
        #expect(field { () throws(InvalidField) in try plan.validate() } == "workouts[0].day")
    }

    @Test("Without a superset's type there is one exercise, with it there are several")
    func supersets() {
        let two = Activity(exercises: [item(), item()])
        let one = Activity(superset: .synergistic, exercises: [item()])
        for activity in [two, one, Activity(exercises: [])] {
            #expect(field { () throws(InvalidField) in try activity.validate() } == "exercises")
        }
        let good = Activity(superset: .totalBody, exercises: [item(), item()])
        #expect(field { () throws(InvalidField) in try good.validate() } == nil)
    }

    @Test("A plan keeps workouts by week and day, those of one day in their order")
    func order() {
        let plan = ProgramPlan(
            [(2, 1, "c"), (1, 3, "a"), (1, 3, "b"), (1, 1, "z")].map {
                .init(week: $0.0, day: $0.1, workout: Workout(name: $0.2))
            })
        #expect(plan.workouts.map(\.workout.name) == ["z", "a", "b", "c"])
        #expect(plan.weeks == 2)
    }

    @Test("A program of 10,000 rows is refused as a whole")
    func huge() {
        let day = Workout(name: "Day", work: (0..<100).map { _ in Activity(exercises: [item()]) })
        let plan = ProgramPlan((0..<100).map { .init(week: $0 + 1, day: 1, workout: day) })
        #expect(field { () throws(InvalidField) in try plan.validate() } == "workouts")
    }

    @Test("A workout is the same after its way through JSON")
    func json() throws {
        let workout = Workout(
            name: "Day", type: .circuit, sets: 3,
            warmUp: [Activity(exercises: [item()])],
            work: [
                Activity(
                    superset: .synergistic,
                    exercises: [
                        PlannedExercise(
                            exercise: 2, name: "Row",
                            prescription: Prescription(
                                sets: 2, time: Span(30), side: .each, load: 12.5, tempo: try TempoPrescription("31X0"),
                                rest: Span(30, 45), notes: "slow"),
                            restAfter: 15, easier: "a", harder: "b", classification: "c", page: "d"),
                        item(),
                    ])
            ], coolDown: [])
        #expect(try JSONDecoder().decode(Workout.self, from: JSONEncoder().encode(workout)) == workout)
    }
}
