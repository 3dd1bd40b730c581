import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Sheets
import Store

/// Workouts out of spreadsheets, and back.
struct SheetRoutes: Sendable {
    private static let week = QueryParameter(
        "week", .integer(1...Int64(ProgramPlan.mostWeeks)), "The first of the three weeks")
    private static let day = QueryParameter("day", .integer(1...7), "The day of the week")
    private static let position = QueryParameter("position", .integer(1...20), "Which workout of that day")

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/api/v1/imports", "Import a sheet: its three weeks become weeks of a program",
                access: .roles([.trainer], .trainingWrite), status: .created,
                .init(bodyLimit: 2 << 20, problems: [412], isTransaction: false), handler: importSheet),
            Endpoint(
                .get, "/api/v1/programs/{id}/sheet", "One day over three weeks as CSV", access: .program,
                content: .media(["text/csv"]), query: [Self.week, Self.day, Self.position], raw: export),
        ]
    }

    /// The file is read before the transaction begins: a workbook takes its time, and nothing waits for it.
    @Sendable private func importSheet(
        _ call: Call, _ trainer: Person, _ body: ImportBody
    ) async throws -> Reply<ImportView> {
        try Check.name(body.file, "file")
        let sheet = try await read(body)
        let old = try await body.program.asyncMap { id in
            do { return try await call.policy.program(id, for: trainer) } catch is Problem {
                throw Problem.unknown("program", "program")
            }
        }
        return try await call.pool.transaction { transaction in
            let exercises = Exercises(transaction)
            var ids: [Int64] = []
            for row in sheet.rows { ids.append(try await exercises.named(row.name, for: trainer).id) }
            let name = body.name ?? body.file.split(separator: ".").first.map(String.init) ?? body.file
            try Check.name(name)
            let plan = try Self.plan(adding: sheet, ids, to: old?.plan, name, day: body.day)
            let programs = Programs(transaction)
            guard let old else {
                return Reply(ImportView(try await programs.add(name: name, plan: plan, trainer: trainer.id), sheet))
            }
            guard
                let row = try await programs.update(old.id, name: old.name, plan: plan, version: old.version)
            else { throw Problem.versionStale }
            return Reply(ImportView(row, sheet))
        }
    }

    private func read(_ body: ImportBody) async throws -> WorkoutSheet {
        switch (body.text, body.base64) {
        case (let text?, nil): return try CSVFile.read(Array(text.utf8), name: body.file)
        case (nil, let base64?):
            guard let bytes = Data(base64Encoded: base64).map({ [UInt8]($0) }) else {
                throw InvalidField("base64", "It is not base64.")
            }
            return Workbook.isWorkbook(bytes)
                ? try await Workbook().read(bytes, name: body.file) : try CSVFile.read(bytes, name: body.file)
        default: throw InvalidField("text", "Give the file either as text or as base64.")
        }
    }

    /// On the day that is named, else on the first that has no workout yet.
    private static func plan(
        adding sheet: WorkoutSheet, _ ids: [Int64], to old: ProgramPlan?, _ name: String, day: Int?
    ) throws -> ProgramPlan {
        let known = old?.workouts ?? []
        let used = Set(known.map(\.day))
        guard let day = day ?? (1...7).first(where: { !used.contains($0) }) else {
            throw InvalidField("day", "Each day of the week has a workout already; say on which day this one comes.")
        }
        let new = (1...WorkoutSheet.weekCount).compactMap { week in
            sheet.workout(name: name, week: week, ids: ids).map {
                ProgramPlan.Entry(week: week, day: day, workout: $0)
            }
        }
        let plan = ProgramPlan(known + new)
        try plan.validate()
        return plan
    }

    @Sendable private func export(_ call: Call, _ program: Program) async throws -> Response {
        let week = Int(call.query["week"]?.wholeNumber ?? 1)
        let day = Int(call.query["day"]?.wholeNumber ?? Int64(program.plan.workouts.first?.day ?? 1))
        let position = Int(call.query["position"]?.wholeNumber ?? 1)
        let weeks = (week..<week + WorkoutSheet.weekCount).map { week in
            program.plan.workouts.filter { $0.week == week && $0.day == day }.dropFirst(position - 1).first?.workout
        }
        guard weeks.contains(where: { $0 != nil }) else { throw Problem.notFound }
        return .bytes(
            Array(CSVFile.write(WorkoutSheet(weeks: weeks)).utf8), type: "text/csv; charset=utf-8",
            headers: [.contentDisposition: "attachment; filename=\"program-\(program.id)-day-\(day).csv\""])
    }
}

/// A file with a sheet.
struct ImportBody: Decodable, SchemaDescribing {
    /// The file's name, for the messages and as the workout's name.
    var file: String
    /// The whole of a CSV file.
    var text: String?
    /// The whole of a CSV file or workbook.
    var base64: String?
    /// The workout's name, and that of a new program.
    var name: String?
    /// The program that gets the workout; without it a new one.
    var program: Int64?
    var day: Int?

    static let schema = Schema.object([
        .required("file", .name), .optional("text", .text(1...1_000_000)), .optional("base64", .text(1...1_500_000)),
        .optional("name", .name), .optional("program", .id), .optional("day", .integer(1...7)),
    ])
}

/// What came of an import.
struct ImportView: Encodable, SchemaDescribing {
    var program: Int64
    var version: Int64
    var rows: Int

    static let schema = Schema.object([
        .required("program", .id), .required("version", .id),
        .required("rows", .integer(1...Int64(WorkoutSheet.mostRows))),
    ])

    init(_ program: Program, _ sheet: WorkoutSheet) {
        (self.program, version, rows) = (program.id, program.version, sheet.rows.count)
    }
}

extension Optional {
    fileprivate func asyncMap<R>(_ transform: (Wrapped) async throws -> R) async throws -> R? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
