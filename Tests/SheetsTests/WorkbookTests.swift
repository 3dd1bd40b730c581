import Domain
import Foundation
import Sheets
import Support
import Testing

/// Excel workbooks, made by Excel's own format on the command line of the test machine.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/xlsx2csv"), "xlsx2csv is not installed"))
struct WorkbookTests {
    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: ProjectFiles.path("Tests/SheetsTests/Files/\(name)"))))
    }

    @Test("The nine sheets read the same as workbooks as they do as text", arguments: CSVFileTests.files)
    func same(_ name: String) async throws {
        let sheet = try await Workbook().read(try bytes("\(name).xlsx"), name: name)
        let text = try CSVFile.read(try CSVFileTests.bytes(name), name: name)
        #expect(sheet == text)
    }

    @Test("A bad row is told by its line")
    func badRow() async throws {
        let refusal = await #expect(throws: WorkoutSheet.Refusal.self) {
            try await Workbook().read(try bytes("bad-row.xlsx"), name: "bad-row.xlsx")
        }
        #expect(refusal?.rows.map(\.line) == [3])
        #expect(refusal?.rows.first?.reason.contains("Week 1") == true)
    }

    @Test("A damaged workbook, one that is none, and one that unpacks to 60 MiB are refused")
    func refused() async throws {
        let good = try bytes("1-hips-and-core.xlsx")
        let files: [(String, [UInt8])] = [
            ("empty", []), ("text", Array("Exercise,Week 1".utf8)), ("torn", Array(good.prefix(good.count / 2))),
            ("signature", [0x50, 0x4B, 0x03, 0x04]), ("bomb", try bytes("bomb.xlsx")),
        ]
        for (name, bytes) in files {
            let refusal = await #expect(throws: WorkoutSheet.Refusal.self, "\(name)") {
                try await Workbook().read(bytes, name: name)
            }
            #expect(refusal?.rows.first?.file == name)
        }
    }

    @Test("Where the converter is not installed, the file is refused with what to do")
    func noConverter() async throws {
        let refusal = await #expect(throws: WorkoutSheet.Refusal.self) {
            try await Workbook(converter: "/nonexistent").read(try bytes("1-hips-and-core.xlsx"), name: "a.xlsx")
        }
        #expect(refusal?.rows.first?.reason.contains("xlsx2csv") == true)
    }
}
