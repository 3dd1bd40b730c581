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
        #expect(prescription.hold == nil && prescription.rest == 90)
        let again = try JSONDecoder().decode(SetTarget.self, from: JSONEncoder().encode(prescription))
        #expect(again == prescription)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(SetTarget.self, from: Data(#"{"tempo": "fast"}"#.utf8))
        }
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
