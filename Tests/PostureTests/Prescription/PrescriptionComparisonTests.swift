import Domain
import Testing

@testable import Posture

@Suite struct PrescriptionComparisonTests {
    private func compare(
        _ prescription: SetTarget, reps: Int = 8, tempo: [Double]? = [2, 0, 1, 0], hold: Double? = nil
    ) throws -> SetComparison {
        let summary = Summary(
            fullReps: reps, partialReps: 1, attempts: 0, medianRange: 90, medianTempo: tempo, hold: hold, detected: 1,
            confidence: 1, text: "")
        return PrescriptionComparison(
            prescription: prescription, summary: summary, parameters: try RuleSet.bundled().signal
        ).compare()
    }

    @Test(
        "Each phase by itself, within half a second or a fifth",
        arguments: [
            (2.0, SetComparison.Agreement.met), (2.5, .met), (1.5, .met), (2.6, .above), (1.4, .below),
        ])
    func tempo(done: Double, expected: SetComparison.Agreement) throws {
        let result = try compare(SetTarget(tempo: TempoTarget("2010")), tempo: [done, 0, 1, 0])
        #expect(result.tempo.map(\.agreement) == [expected, .met, .met, .met])
        #expect(result.tempo[0].prescribed == "2" && result.tempo[0].performed == done)
    }

    @Test("Long phases have a fifth", arguments: [(5.9, SetComparison.Agreement.met), (6.3, .above), (3.9, .below)])
    func longPhase(done: Double, expected: SetComparison.Agreement) throws {
        #expect(
            try compare(SetTarget(tempo: TempoTarget("5010")), tempo: [done, 0, 1, 0]).tempo[0].agreement == expected
        )
    }

    @Test("Explosive is at most a second", arguments: [(0.6, SetComparison.Agreement.met), (1.2, .above)])
    func explosive(done: Double, expected: SetComparison.Agreement) throws {
        #expect(
            try compare(SetTarget(tempo: TempoTarget("20X0")), tempo: [2, 0, done, 0]).tempo[2].agreement == expected
        )
    }

    @Test(
        "Full reps within the range",
        arguments: [(7, SetComparison.Agreement.below), (8, .met), (12, .met), (13, .above)])
    func reps(done: Int, expected: SetComparison.Agreement) throws {
        #expect(try compare(SetTarget(reps: RepTarget(8, 12)), reps: done).reps.agreement == expected)
    }

    @Test("Nothing prescribed is a state of its own, and so is nothing measured")
    func states() throws {
        let nothing = try compare(SetTarget())
        #expect(
            ([nothing.reps, nothing.hold, nothing.rest] + nothing.tempo).allSatisfy { $0.agreement == .notPrescribed })
        #expect(nothing.reps.performed == 8)
        let unseen = try compare(
            SetTarget(
                reps: RepTarget(8, 8), tempo: TempoTarget("2010"), hold: SecondsTarget(30, 30),
                rest: SecondsTarget(60, 90)), tempo: nil)
        #expect(unseen.tempo.allSatisfy { $0.agreement == .notMeasured })
        #expect(unseen.hold.agreement == .notMeasured && unseen.rest.agreement == .notMeasured)
    }

    @Test(
        "Seconds of a hold", arguments: [(30.0, SetComparison.Agreement.met), (25, .met), (20, .below), (40, .above)])
    func hold(done: Double, expected: SetComparison.Agreement) throws {
        let result = try compare(SetTarget(reps: RepTarget(3, 3), hold: SecondsTarget(30, 30)), tempo: nil, hold: done)
        #expect(result.hold.agreement == expected)
        #expect(result.reps.agreement == .notMeasured)
    }

    @Test(
        "Seconds of a hold between two numbers",
        arguments: [(30.0, SetComparison.Agreement.met), (45, .met), (72, .met), (20, .below), (75, .above)])
    func holdRange(done: Double, expected: SetComparison.Agreement) throws {
        let result = try compare(SetTarget(hold: SecondsTarget(30, 60)), tempo: nil, hold: done)
        #expect(result.hold.agreement == expected && result.hold.prescribed == "30-60")
    }

    @Test("What was asked for can be read back from the comparison")
    func roundTrip() throws {
        let prescription = SetTarget(
            reps: RepTarget(12, 16), tempo: TempoTarget("2-0.5-X-1"), hold: SecondsTarget(20, 40),
            rest: SecondsTarget(90, 90))
        #expect(try compare(prescription).prescription == prescription)
        #expect(try compare(SetTarget()).prescription == SetTarget())
    }

    @Test("In the report")
    func report() throws {
        let course = Course(phases: [2, 0.3, 1, 0.7], reps: 6)
        let report = try StickFigure().track(course.seconds) { .squat(course.value($0)) }
            .report(.squat, prescription: SetTarget(reps: RepTarget(6, 6), tempo: TempoTarget("2010")))
        #expect(report.comparison?.reps.agreement == .met)
        #expect(report.comparison?.tempo.map(\.agreement) == [.met, .met, .met, .above])
    }
}
