import Archive
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Mustache
import OpenSSL
import Postgres
import Store

/// The pages: sign-in, the clips, the feedback on one clip; and their static files.
struct PageRoutes: Sendable {
    private let pool: PostgresPool
    private let reports: Reports
    private let templates: MustacheLibrary
    private let files: StaticFiles
    private let hasProvider: Bool
    private let exercises: [ExerciseID]

    init(pool: PostgresPool, archive: any ObjectStore, exercises: [ExerciseID], hasProvider: Bool) throws {
        self.pool = pool
        self.exercises = exercises
        self.hasProvider = hasProvider
        reports = Reports(pool: pool, archive: archive)
        templates = try TemplateFolder.load(Bundle.module.bundlePath + "/Templates")
        files = try StaticFiles(folder: Bundle.module.bundlePath + "/Public")
    }

    var endpoints: [Endpoint] {
        [
            .page("/sign-in", access: .anyone) { _, _ in
                try page("sign-in", SignInPage(hasProvider: hasProvider))
            },
            .page("/join", access: .anyone) { _, _ in try page("join", EmptyPage(title: "Join")) },
            .page("/reset-password", access: .anyone) { _, _ in
                try page("reset-password", EmptyPage(title: "New password"))
            },
            .page("/", access: .visitor) { call, person in
                guard let person else { return Self.toSignIn }
                return try await clips(person)
            },
            .page("/clips/{id}", access: .visitor) { call, person in
                guard let person else { return Self.toSignIn }
                return try await feedback(call, person)
            },
            .page("/assets/{name}", access: .anyone) { call, _ in
                try files.answer(call.parameter("name"), call.request)
            },
        ]
    }

    private struct EmptyPage { var title: String }

    private struct SignInPage {
        var title = "Sign in"
        var hasProvider: Bool
    }

    private static var toSignIn: Response {
        Response(status: .seeOther, headers: [.location: "/sign-in", .cacheControl: "no-store"])
    }

    private func clips(_ person: Person) async throws -> Response {
        let clips = try await Clips(pool).list(for: person)
        let clients = person.role == .trainer ? try await People(pool).clients(of: person.id) : []
        let library =
            person.role == .trainer
            ? try await Exercises(pool).list(.init(isShared: false), for: person, limit: 200) : []
        return try page(
            "clips",
            ClipsPage(person: person, clients: clients, exercises: exercises, library: library, clips: clips))
    }

    private func feedback(_ call: Call, _ person: Person) async throws -> Response {
        let clip: Clip
        do { clip = try await call.policy.clip(call.uuid(), for: person) } catch let problem as Problem
            where problem.status == .notFound
        {
            return try page("not-found", EmptyPage(title: "Not found"), status: .notFound)
        }
        guard clip.state == .ready, Policy.maySeeFeedback(clip, person) else {
            return try page("feedback", FeedbackPage(clip: clip, person: person, report: nil))
        }
        try await Audit(pool).record(.clipViewed, by: person.id, subject: clip.id.uuidString.lowercased())
        let report = try JSONDecoder().decode(PostureReport.self, from: Data(try await reports.json(of: clip).utf8))
        let set = try await SessionSets(pool).shown(by: clip.id)
        return try page("feedback", FeedbackPage(clip: clip, person: person, report: report, set: set))
    }

    private func page(_ template: String, _ view: Any, status: HTTPResponse.Status = .ok) throws -> Response {
        guard let html = templates.render(view, withTemplate: template) else {
            throw Problem(.internalServerError, "internal", "The page \(template) is not there.")
        }
        return .bytes(Array(html.utf8), type: "text/html; charset=utf-8", status: status)
    }
}

/// Templates of a folder, read once.
enum TemplateFolder {
    static func load(_ folder: String) throws -> MustacheLibrary {
        var library = MustacheLibrary()
        for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        where file.hasSuffix(".mustache") {
            let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            try library.register(text, named: String(file.dropLast(9)))
        }
        return library
    }
}

extension Endpoint {
    fileprivate static func page<Granted>(
        _ path: String, access: Access<Granted>,
        _ handler: @escaping @Sendable (Call, Granted) async throws -> Response
    ) -> Endpoint {
        Endpoint(
            .get, path, "A page", access: access, content: .media(["text/html"]),
            parameters: ["id": .text(), "name": .text()], query: nil, isDocumented: false, raw: handler)
    }
}

extension Access where Granted == Person? {
    /// Whoever looks at a page with a session, or nobody.
    static let visitor = Access(audience: .anyone, scope: nil) { call in
        call.principal?.session == nil ? nil : call.principal?.person
    }
}
