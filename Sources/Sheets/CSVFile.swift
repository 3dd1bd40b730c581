package import Domain
import SwiftCSV

/// Workout sheets as comma-separated values.
package enum CSVFile {
    /// Reads a file's bytes: UTF-8 with or without byte order mark, any line ends, comma, semicolon or tab between
    /// cells. `name` is the file's name for the messages.
    package static func read(_ bytes: [UInt8], name: String) throws(WorkoutSheet.Refusal) -> WorkoutSheet {
        try read(bytes, name: name, rowsAreLines: false)
    }

    /// `rowsAreLines`: errors name the row, as a spreadsheet numbers it.
    static func read(
        _ bytes: [UInt8], name: String, rowsAreLines: Bool
    ) throws(WorkoutSheet.Refusal) -> WorkoutSheet {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refusal(name, 1, "The file is not text in UTF-8; save it as “CSV UTF-8”.")
        }
        return try WorkoutSheet(records(text, name, Collector(rowsAreLines: rowsAreLines)), file: name)
    }

    private static func records(
        _ text: String, _ name: String, _ collector: Collector
    ) throws(WorkoutSheet.Refusal) -> [WorkoutSheet.Record] {
        do {
            let csv = try EnumeratedCSV(string: text, loadColumns: false)
            try csv.enumerateAsArray(startAt: 0, rowLimit: nil) { collector.add($0) }
        } catch CSVParseError.quotation(let message), CSVParseError.generic(let message) {
            throw refusal(name, collector.line, "The quotation marks do not match: \(message).")
        } catch {
            throw refusal(name, collector.line, "The row cannot be read.")
        }
        guard !hasOpenQuote(text) else {
            throw refusal(name, collector.records.last?.line ?? 1, "A quotation mark is opened and never closed.")
        }
        return collector.records
    }

    /// The reader takes the end of the file for the end of a quotation.
    private static func hasOpenQuote(_ text: String) -> Bool {
        text.utf8.count { $0 == UInt8(ascii: "\"") } % 2 == 1
    }

    /// Quoted where RFC 4180 asks for it; lines end as it says.
    package static func write(_ sheet: WorkoutSheet) -> String {
        sheet.cells.map { row in row.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    /// What a spreadsheet would take for a formula gets an apostrophe before it.
    private static func quoted(_ cell: String) -> String {
        let harmless = cell.first.map { "=+@\t".contains($0) } == true ? "'" + cell : cell
        guard harmless.contains(where: { "\",".contains($0) || $0.isNewline }) else { return harmless }
        return "\"" + harmless.replacing("\"", with: "\"\"") + "\""
    }

    private static func refusal(_ file: String, _ line: Int, _ reason: String) -> WorkoutSheet.Refusal {
        WorkoutSheet.Refusal([WorkoutSheet.BadRow(file: file, line: line, reason: reason)])
    }

    /// Rows with the lines on which they begin.
    private final class Collector {
        var records: [WorkoutSheet.Record] = []
        var line = 1
        private let rowsAreLines: Bool

        init(rowsAreLines: Bool) { self.rowsAreLines = rowsAreLines }

        func add(_ cells: [String]) {
            records.append(WorkoutSheet.Record(line: line, cells: cells))
            line += 1 + (rowsAreLines ? 0 : cells.reduce(0) { $0 + $1.count(where: \.isNewline) })
        }
    }
}
