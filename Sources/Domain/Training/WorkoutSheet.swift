/// A workout as trainers keep it in a spreadsheet: a row an exercise, three weeks beside each other.
package struct WorkoutSheet: Equatable, Sendable {
    package struct Row: Equatable, Sendable {
        package var name: String
        package var classification: String
        package var page: String
        /// One a week; nil where the exercise rests that week.
        package var weeks: [Prescription?]
        package var easier: String
        package var harder: String

        package init(
            name: String, classification: String, page: String, weeks: [Prescription?], easier: String, harder: String
        ) {
            self.name = name
            self.classification = classification
            self.page = page
            self.weeks = weeks
            self.easier = easier
            self.harder = harder
        }
    }

    /// A row as it stands in the file.
    package struct Record: Equatable, Sendable {
        /// The line on which it begins, from 1.
        package var line: Int
        package var cells: [String]

        package init(line: Int, cells: [String]) {
            (self.line, self.cells) = (line, cells)
        }
    }

    /// A row that cannot be read.
    package struct BadRow: Error, Codable, Equatable, Sendable {
        package var file: String
        package var line: Int
        package var reason: String

        package init(file: String, line: Int, reason: String) {
            (self.file, self.line, self.reason) = (file, line, reason)
        }

        package enum CodingKeys: String, CodingKey, CaseIterable { case file, line, reason }
    }

    /// All the rows of a file that cannot be read; nothing of the file is used then.
    package struct Refusal: Error, Equatable, Sendable {
        package var rows: [BadRow]

        package init(_ rows: [BadRow]) { self.rows = rows }
    }

    package static let header = [
        "Exercise", "Classification", "Page", "Week 1", "Week 2", "Week 3", "Make it easier", "Make it harder",
    ]
    package static let weekCount = 3
    package static let mostRows = 200

    package var rows: [Row]

    package init(_ rows: [Row]) { self.rows = rows }

    /// Reads a whole file; `file` is its name for the messages.
    package init(_ records: [Record], file: String) throws(Refusal) {
        guard let first = records.first else {
            throw Refusal([BadRow(file: file, line: 1, reason: "The file is empty.")])
        }
        let titles = first.cells.map { $0.words.lowercased() }
        guard Self.withoutBlanks(titles) == Self.header.map({ $0.lowercased() }) else {
            throw Refusal([
                BadRow(
                    file: file, line: first.line,
                    reason: "The first line must be: " + Self.header.joined(separator: ", ") + ".")
            ])
        }
        let body = records.dropFirst().filter { $0.cells.contains { !$0.words.isEmpty } }
        guard (1...Self.mostRows).contains(body.count) else {
            throw Refusal([
                BadRow(
                    file: file, line: first.line,
                    reason: "The file has \(body.count) exercises; 1 to \(Self.mostRows) can be read.")
            ])
        }
        rows = []
        var bad: [BadRow] = []
        for record in body {
            do throws(InvalidField) { rows.append(try Self.row(record.cells)) } catch {
                let field = error.field.isEmpty ? "" : error.field + ": "
                bad.append(BadRow(file: file, line: record.line, reason: field + error.reason))
            }
        }
        guard bad.isEmpty else { throw Refusal(bad) }
    }

    private static func row(_ cells: [String]) throws(InvalidField) -> Row {
        let cells = withoutBlanks(cells.map(\.words), keeping: header.count)
        guard cells.count <= header.count, cells.count >= 4 else {
            throw InvalidField(
                "", "The row has \(cells.count) columns, not \(header.count); is a cell with a comma quoted?")
        }
        let full = cells + Array(repeating: "", count: header.count - cells.count)
        let name = withoutNumber(full[0])
        try Check.name(name, header[0])
        for index in [1, 2, 6, 7] { try Check.text(full[index], header[index], longest: 1000) }
        var weeks: [Prescription?] = []
        for index in 3..<3 + weekCount {
            do throws(InvalidField) { weeks.append(try prescription(full[index])) } catch {
                let field = error.field.isEmpty ? header[index] : header[index] + ", " + error.field
                throw InvalidField(field, error.reason)
            }
        }
        guard weeks.contains(where: { $0 != nil }) else {
            throw InvalidField("", "No week says what is to be done.")
        }
        return Row(
            name: name, classification: full[1], page: full[2], weeks: weeks, easier: full[6], harder: full[7])
    }

    /// A week of rest is empty, a dash, or the word.
    private static func prescription(_ cell: String) throws(InvalidField) -> Prescription? {
        if ["", "-", "–", "rest", "rest."].contains(cell.lowercased()) { return nil }
        return try PrescriptionText.parse(cell)
    }

    /// `1. Banded leg lower` without its number.
    private static func withoutNumber(_ name: String) -> String {
        let rest = name.drop { $0.isASCII && $0.isNumber }
        guard rest.count < name.count, rest.first == "." else { return name }
        return String(rest.dropFirst()).words
    }

    /// Spreadsheets like to add empty columns at the end.
    private static func withoutBlanks(_ cells: [String], keeping least: Int = 0) -> [String] {
        var cells = cells
        while cells.count > least, cells.last == "" { cells.removeLast() }
        return cells
    }
}

extension WorkoutSheet {
    /// The workout of a week, 1…3; nil when all of it rests. `ids` are the exercises' in the order of the rows.
    package func workout(name: String, week: Int, ids: [Int64]) -> Workout? {
        var activities: [Activity] = []
        for (row, id) in zip(rows, ids) {
            guard let prescription = row.weeks[week - 1] else { continue }
            let item = PlannedExercise(
                exercise: id, name: row.name, prescription: prescription, easier: row.easier.nonEmpty,
                harder: row.harder.nonEmpty, classification: row.classification.nonEmpty, page: row.page.nonEmpty)
            activities.append(Activity(exercises: [item]))
        }
        return activities.isEmpty ? nil : Workout(name: name, work: activities)
    }

    /// Three weeks of a plan beside each other; each is the workout of one week, nil where there is none. An exercise
    /// that stands in several weeks is one row, at its first place.
    package init(weeks: [Workout?]) {
        struct Key: Hashable {
            var exercise: Int64
            var occurrence: Int
        }
        var places: [Key: Int] = [:]
        rows = []
        for (week, workout) in weeks.enumerated() {
            var counts: [Int64: Int] = [:]
            for item in workout?.exercises ?? [] {
                counts[item.exercise, default: 0] += 1
                let key = Key(exercise: item.exercise, occurrence: counts[item.exercise] ?? 1)
                if places[key] == nil {
                    places[key] = rows.count
                    rows.append(
                        Row(
                            name: item.name, classification: item.classification ?? "", page: item.page ?? "",
                            weeks: Array(repeating: nil, count: Self.weekCount), easier: item.easier ?? "",
                            harder: item.harder ?? ""))
                }
                if let place = places[key] { rows[place].weeks[week] = item.prescription }
            }
        }
    }

    /// Header and rows as cells.
    package var cells: [[String]] {
        [Self.header]
            + rows.enumerated().map { index, row in
                ["\(index + 1). \(row.name)", row.classification, row.page]
                    + row.weeks.map { $0.map(PrescriptionText.format) ?? "" } + [row.easier, row.harder]
            }
    }
}

extension String {
    /// Without blanks at its ends, and one blank between words.
    fileprivate var words: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
