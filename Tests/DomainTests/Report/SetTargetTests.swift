import Domain
import Foundation
import Testing

@Suite struct SetTargetTests {
    @Test(
        "Tempo as people write it",
        arguments: [("31X0", "31X0"), ("2010", "2010"), ("2-0.5-X-1", "2-0.5-X-1"), ("3-1-x-0", "31X0")])
    func tempo(text: String, written: String) {
        #expect(TempoTarget(text)?.text == written)
    }

    @Test("What is no tempo", arguments: ["", "201", "20100", "2a10", "2--1-1", "2-0-1", "99-0-1-0", "-1-0-1-0"])
    func noTempo(text: String) {
        #expect(TempoTarget(text) == nil)
    }

    @Test("Reps as people write them", arguments: [("8", 8...8), ("12-16", 12...16)])
    func reps(text: String, range: ClosedRange<Int>) {
        #expect(RepTarget(text)?.range == range)
        #expect(RepTarget(text)?.text == text)
    }

    @Test("What is no number of reps", arguments: ["", "0", "-3", "16-12", "8-", "many", "1-2-3", "5000"])
    func noReps(text: String) {
        #expect(RepTarget(text) == nil)
    }

    @Test("JSON there and back; what is not there was not prescribed")
    func json() throws {
        let json = #"{"reps": 8, "tempo": "31X0", "rest_s": 90}"#
        let prescription = try JSONDecoder().decode(SetTarget.self, from: Data(json.utf8))
        #expect(prescription.reps?.range == 8...8)
        #expect(prescription.tempo?.phases == [.seconds(3), .seconds(1), .explosive, .seconds(0)])
        #expect(prescription.hold == nil && prescription.rest == SecondsTarget(90, 90))
        let again = try JSONDecoder().decode(SetTarget.self, from: JSONEncoder().encode(prescription))
        #expect(again == prescription)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(SetTarget.self, from: Data(#"{"tempo": "fast"}"#.utf8))
        }
    }

    @Test(
        "Seconds as text and in JSON",
        arguments: [("30", 30.0, 30.0, "30"), ("30-60", 30, 60, "30-60"), ("2.5", 2.5, 2.5, "2.5"), ("0", 0, 0, "0")])
    func seconds(text: String, low: Double, high: Double, written: String) throws {
        let target = try #require(SecondsTarget(text))
        #expect((target.low, target.high, target.text) == (low, high, written))
        let json = try JSONEncoder().encode(SetTarget(hold: target))
        #expect(try JSONDecoder().decode(SetTarget.self, from: json).hold == target)
    }

    @Test("What is no number of seconds", arguments: ["", "-5", "60-30", "soon", "1-2-3", "30-"])
    func noSeconds(text: String) {
        #expect(SecondsTarget(text) == nil)
    }

    @Test("A prescription of a plan is compared by what one set of it says")
    func planned() throws {
        let planned = Prescription(
            sets: 3, reps: Span(8, 12), tempo: try TempoPrescription("31X0"), rest: Span(60, 90))
        #expect(
            planned.setTarget
                == SetTarget(reps: RepTarget(8, 12), tempo: TempoTarget("31X0"), rest: SecondsTarget(60, 90)))
        #expect(Prescription(time: Span(30, 60)).setTarget == SetTarget(hold: SecondsTarget(30, 60)))
        #expect(Prescription(isOpenEnded: true).setTarget == SetTarget())
    }

    @Test(
        "Ids of exercises",
        arguments: [
            ("squat", true), ("romanian-deadlift", true), ("90-90", false), ("Squat", false), ("a--b", false),
            ("", false), ("a/b", false), ("-a", false),
        ])
    func ids(text: String, isID: Bool) {
        #expect((ExerciseID(rawValue: text) != nil) == isID)
    }
}
