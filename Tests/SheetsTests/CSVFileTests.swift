import Domain
import Foundation
import Sheets
import Support
import Testing

/// Nine sheets with what trainers' files hold, and files that must be refused.
@Suite struct CSVFileTests {
    static let files = [
        "1-hips-and-core", "2-single-leg", "3-holds", "4-as-many-as-good", "5-quoted", "6-windows",
        "7-byte-order-mark", "8-weeks-of-rest", "9-load-and-tempo",
    ]

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: ProjectFiles.path("Tests/SheetsTests/Files/\(name).csv"))))
    }

    private func read(_ name: String) throws -> WorkoutSheet { try CSVFile.read(try Self.bytes(name), name: name) }

    private func read(text: String) throws -> WorkoutSheet {
        try CSVFile.read(Array(text.utf8), name: "sheet.csv")
    }

    static let header = WorkoutSheet.header.joined(separator: ",") + "\n"

    @Test("Each of the nine files is read, and written so that it is read the same again", arguments: files)
    func roundTrip(_ name: String) throws {
        let sheet = try read(name)
        #expect(sheet.rows.count >= 2)
        #expect(try read(text: CSVFile.write(sheet)) == sheet)
    }

    @Test("Alternating reps with ranges and rest")
    func alternating() throws {
        let row = try read("1-hips-and-core").rows[0]
        #expect(row.name == "Banded side step")
        #expect((row.classification, row.page) == ("Beginner", "112"))
        #expect(
            row.weeks[2] == Prescription(sets: 3, reps: Span(12, 14), side: .alternating, rest: Span(30)))
        #expect(row.harder == "Put the band around the ankles")
    }

    @Test("Quoted commas, quotation marks and line breaks stay in their cells")
    func quoted() throws {
        let rows = try read("5-quoted").rows
        #expect(rows.map(\.name) == ["Squat, to a box", "The \"good morning\""])
        #expect(rows[0].page == "12, 13")
        #expect(rows[0].harder == "Pause at the box, then stand up fast")
    }

    @Test("Byte order mark, semicolons, Windows line ends, umlauts, Arabic and emoji")
    func byteOrderMark() throws {
        let rows = try read("7-byte-order-mark").rows
        #expect(rows.map(\.name) == ["Hüftkreisen", "متابعة الذراع 💪"])
        #expect(rows[1].weeks[0]?.reps == Span(10, 12))
    }

    @Test("A week of rest is a week without the exercise; blank lines and columns do not count")
    func rest() throws {
        let rows = try read("8-weeks-of-rest").rows
        #expect(
            rows.map { $0.weeks.map { $0 != nil } } == [
                [false, true, true], [true, false, true], [false, false, true],
            ])
        let sheet = WorkoutSheet(rows)
        #expect(sheet.workout(name: "Day", week: 1, ids: [7, 8, 9])?.exercises.map(\.exercise) == [8])
        #expect(sheet.workout(name: "Day", week: 3, ids: [7, 8, 9])?.exercises.map(\.exercise) == [7, 8, 9])
    }

    @Test("Three weeks of a plan come back as one sheet", arguments: files)
    func export(_ name: String) throws {
        let sheet = try read(name)
        let ids = (0..<sheet.rows.count).map { Int64($0 + 1) }
        let weeks = (1...3).map { sheet.workout(name: name, week: $0, ids: ids) }
        let rows = WorkoutSheet(weeks: weeks).rows
        #expect(rows.sorted { $0.name < $1.name } == sheet.rows.sorted { $0.name < $1.name })
    }

    @Test("Every bad row is told with file, line and reason, and nothing of the file is used")
    func badRows() throws {
        let text =
            Self.header + """
                1. Good,Beginner,1,2 x 10,2 x 10,2 x 10,,
                "2. Two
                lines",Beginner,1,2 x 10,2 x 10,2 x 10,,
                3. Bad week,Beginner,1,2 x 10,a few,2 x 10,,
                4. Too many,Beginner,1,"2 x 10",2 x 10, Rest 30 seconds,2 x 10,easier,harder
                ,Beginner,1,2 x 10,2 x 10,2 x 10,,
                6. Nothing,Beginner,1,,,,,
                7. Short
                """
        let refusal = #expect(throws: WorkoutSheet.Refusal.self) { try read(text: text) }
        let rows = try #require(refusal).rows
        try #require(rows.map(\.line) == [5, 6, 7, 8, 9])
        #expect(rows.allSatisfy { $0.file == "sheet.csv" })
        #expect(rows[0].reason.contains("Week 2") && rows[0].reason.contains("“a”"))
        #expect(rows[1].reason.contains("9 columns"))
        #expect(rows[2].reason.contains("Exercise"))
        #expect(rows[3].reason.contains("No week"))
        #expect(rows[4].reason.contains("1 columns"))
    }

    @Test(
        "Files that are no sheet are refused",
        arguments: [
            ("", "empty"), ("Exercise,Week 1\nSquat,3 x 10\n", "first line must be"), (header, "0 exercises"),
            (header + "\"1. Open,Beginner,1,2 x 10,,,,\n", "never closed"),
            (header + "\"1. Squat\"x,Beginner,1,2 x 10,,,,\n", "quotation marks"),
        ])
    func refused(_ text: String, _ reason: String) throws {
        let refusal = #expect(throws: WorkoutSheet.Refusal.self) { try read(text: text) }
        #expect(try #require(refusal?.rows.first).reason.contains(reason), "\(String(describing: refusal))")
    }

    @Test("Bytes that are no text, and 10,000 rows, are refused")
    func tooMuch() throws {
        #expect(throws: WorkoutSheet.Refusal.self) { try CSVFile.read([0xFF, 0xFE, 0x41, 0x00], name: "utf16.csv") }
        let rows = String(repeating: "1. Squat,Beginner,1,2 x 10,,,,\n", count: 10_000)
        let refusal = #expect(throws: WorkoutSheet.Refusal.self) { try read(text: Self.header + rows) }
        #expect(try #require(refusal?.rows.first).reason.contains("10000 exercises"))
    }

    @Test("What a spreadsheet would run as a formula is written as text")
    func formula() throws {
        let row = WorkoutSheet.Row(
            name: "Squat", classification: "=1+1", page: "", weeks: [Prescription(reps: Span(5)), nil, nil],
            easier: "@SUM(A1)", harder: "")
        let text = CSVFile.write(WorkoutSheet([row]))
        #expect(text.contains(",'=1+1,") && text.contains(",'@SUM(A1),"))
    }
}
