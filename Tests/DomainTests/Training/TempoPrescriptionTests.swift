import Domain
import Foundation
import Testing

@Suite struct TempoPrescriptionTests {
    @Test(
        "Four digits or X",
        arguments: [("3010", [3, 0, 1, 0]), ("30x1", [3, 0, nil, 1]), ("XXXX", [nil, nil, nil, nil])])
    func reads(_ text: String, _ seconds: [Int?]) throws {
        #expect(try TempoPrescription(text).seconds == seconds)
    }

    @Test("Anything else is refused", arguments: ["30100", "301", "", "3-1-0", "30Y1", "３０１０", "+301"])
    func refuses(_ text: String) {
        #expect(throws: InvalidField.self) { try TempoPrescription(text) }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(TempoPrescription.self, from: JSONEncoder().encode(text))
        }
    }
}
