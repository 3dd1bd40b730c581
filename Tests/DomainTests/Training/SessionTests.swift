import Domain
import Foundation
import Testing

/// Sets, what they come to, and the best of them.
@Suite struct SessionTests {
    private func dated(_ session: Int64, _ set: SetRecord) -> DatedSet {
        DatedSet(session: session, at: Date(timeIntervalSince1970: Double(session) * 86_400), set: set)
    }

    @Test("A summary counts sets, reps, kilograms moved and seconds, and exercises by what became of them")
    func summary() {
        let summary = SessionSummary([
            (.done, [SetRecord(reps: 10, load: 20, rpe: 7), SetRecord(reps: 8, load: 22.5, rpe: 8)]),
            (.done, [SetRecord(time: 45)]), (.skipped, []), (.swapped, []), (.planned, []),
        ])
        #expect(summary.exercises == 5)
        #expect((summary.done, summary.skipped, summary.swapped) == (2, 1, 1))
        #expect((summary.sets, summary.reps, summary.time) == (3, 18, 45))
        #expect(summary.volume == 380)
        #expect(summary.meanRPE == 7.5)
    }

    @Test(
        "A set out of bounds names its field",
        arguments: [
            (SetRecord(), "reps"), (SetRecord(reps: -1), "reps"), (SetRecord(reps: 5, load: -0.5), "load_kg"),
            (SetRecord(reps: 5, load: .nan), "load_kg"), (SetRecord(time: 7201), "time_s"),
            (SetRecord(reps: 5, rpe: 11), "rpe"), (SetRecord(reps: 5, rpe: 7.3), "rpe"),
            (SetRecord(reps: 5, notes: "\0"), "notes"),
        ])
    func bounds(_ set: SetRecord, _ field: String) {
        let error = #expect(throws: InvalidField.self) { try set.validate() }
        #expect(error?.field == field)
    }

    @Test("One repetition's maximum by Epley, told for 1 to 12 reps only")
    func oneRepMaximum() {
        #expect(SetRecord(reps: 1, load: 100).oneRepMaximum == 100)
        #expect(SetRecord(reps: 6, load: 100).oneRepMaximum == 120)
        #expect(SetRecord(reps: 13, load: 100).oneRepMaximum == nil)
        #expect(SetRecord(reps: 5).oneRepMaximum == nil)
    }

    @Test("Of equals the first is the record, and a failed try is none")
    func records() {
        let records = PersonalRecords([
            dated(1, SetRecord(reps: 5, load: 60)), dated(2, SetRecord(reps: 3, load: 70)),
            dated(3, SetRecord(reps: 3, load: 70)), dated(4, SetRecord(reps: 0, load: 90)),
            dated(5, SetRecord(reps: 12, load: 40)),
        ])
        #expect(records.heaviest?.value == 70)
        #expect(records.heaviest?.session == 2)
        #expect(records.mostReps?.session == 5)
        #expect(records.volume?.value == 480)
        #expect(records.longest == nil)
    }

    @Test("Progress has one point a session")
    func progress() {
        let points = ProgressPoint.series([
            dated(1, SetRecord(reps: 5, load: 60)), dated(1, SetRecord(reps: 4, load: 65)),
            dated(3, SetRecord(time: 30)),
        ])
        #expect(points.map(\.session) == [1, 3])
        #expect(points[0].volume == 560)
        #expect(points[0].heaviest == 65)
        #expect((points[1].longest, points[1].heaviest) == (30, nil))
    }
}
