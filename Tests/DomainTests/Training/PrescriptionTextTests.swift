import Domain
import Testing

/// Prescriptions as trainers write them.
@Suite struct PrescriptionTextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var expected: Prescription
        var testDescription: String { text }

        init(_ text: String, _ expected: Prescription) {
            (self.text, self.expected) = (text, expected)
        }
    }

    static let cases: [Case] = [
        Case(
            "2 x 12-16 alt, Rest 30 seconds between sets.",
            Prescription(sets: 2, reps: Span(12, 16), side: .alternating, rest: Span(30))),
        Case("3x10", Prescription(sets: 3, reps: Span(10))),
        Case("3 × 10", Prescription(sets: 3, reps: Span(10))),
        Case("12", Prescription(reps: Span(12))),
        Case("2 sets of 12 reps", Prescription(sets: 2, reps: Span(12))),
        Case("2 sets x 12 to 15", Prescription(sets: 2, reps: Span(12, 15))),
        Case("2 x 8–10 e/s", Prescription(sets: 2, reps: Span(8, 10), side: .each)),
        Case("2 x 8 - 10 each side", Prescription(sets: 2, reps: Span(8, 10), side: .each)),
        Case("2 x 8 per leg", Prescription(sets: 2, reps: Span(8), side: .each)),
        Case("3 x 20-30 seconds", Prescription(sets: 3, time: Span(20, 30))),
        Case("2 x 15s e/s", Prescription(sets: 2, time: Span(15), side: .each)),
        Case("hold for 45 sec", Prescription(time: Span(45))),
        Case("2 x 1-2 minutes, Rest 1 min", Prescription(sets: 2, time: Span(60, 120), rest: Span(60))),
        Case("AMGRAP", Prescription(isOpenEnded: true)),
        Case(
            "3 x amgrap in 40 seconds e/s, rest 30-45 seconds",
            Prescription(sets: 3, time: Span(40), isOpenEnded: true, side: .each, rest: Span(30, 45))),
        Case("2 x 10 in 30 seconds", Prescription(sets: 2, reps: Span(10), time: Span(30))),
    ]

    @Test("Sets, reps, ranges, seconds, sides, AMGRAP and rest are read", arguments: cases)
    func reads(_ example: Case) throws {
        #expect(try PrescriptionText.parse(example.text) == example.expected)
    }

    @Test("Load and tempo are read")
    func loadAndTempo() throws {
        let read = try PrescriptionText.parse("3 x 8 @ 42.5 kg tempo 30X1, Rest 2 minutes between sets.")
        #expect(
            read
                == Prescription(
                    sets: 3, reps: Span(8), load: 42.5, tempo: try TempoPrescription("30X1"), rest: Span(120)))
    }

    @Test("What is written is read the same again", arguments: cases)
    func roundTrip(_ example: Case) throws {
        #expect(try PrescriptionText.parse(PrescriptionText.format(example.expected)) == example.expected)
    }

    @Test("A load and a tempo survive the way through text")
    func roundTripOfLoad() throws {
        let prescription = Prescription(
            sets: 4, reps: Span(6, 8), side: .each, load: 17.5, tempo: try TempoPrescription("20X0"), rest: Span(0))
        #expect(try PrescriptionText.parse(PrescriptionText.format(prescription)) == prescription)
    }

    @Test(
        "What is not understood is refused with a reason",
        arguments: [
            ("", "names neither"), ("2 x", "names neither"), ("Rest 30 seconds", "names neither"),
            ("2 x banana", "“banana”"), ("2 x 10 tempo 30101", "four digits"), ("2 x 16-12", "backwards"),
            ("2 x 0", "0 is not within"), ("99 x 10", "99 is not within"), ("2 x 10 @ 20 lb", "kilograms"),
            ("2 x 10, Rest well", "A rest is in seconds"), ("2 x 10 12", "twice"), ("-5 x 10", "-5"),
            ("2 x 10 @ -5 kg", "-5.0 is not within"), ("2 x 99999999999", "99999999999"), ("AMGRAP 10", "no number"),
        ])
    func refuses(_ text: String, _ reason: String) {
        let error = #expect(throws: InvalidField.self) { try PrescriptionText.parse(text) }
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }
}
