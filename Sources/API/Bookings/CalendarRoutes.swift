import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Store

/// One's appointments for other calendar programs, by an address that is a secret and can be revoked.
struct CalendarRoutes: Sendable {
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/api/v1/calendar-feed", "A new secret address of one's calendar; the old one is void",
                access: .signedIn(nil), status: .created, .init(isReplayable: false), handler: renew),
            Endpoint(
                .delete, "/api/v1/calendar-feed", "Revoke the address", access: .signedIn(nil), handler: revoke),
            Endpoint(
                .get, "/calendar/{secret}", "A calendar as iCalendar", access: .anyone,
                content: .media(["text/calendar"]),
                parameters: ["secret": .matching("[0-9a-f]{64}", length: 64...64)], problems: [404], raw: feed),
        ]
    }

    @Sendable private func renew(_ call: Call, _ person: Person) async throws -> Reply<FeedView> {
        let secret = try await CalendarFeeds(call.database).renew(for: person.id)
        try await Audit(call.database).record(.calendarOpened, by: person.id, subject: "person \(person.id)")
        return Reply(FeedView(path: "/calendar/\(secret)"))
    }

    @Sendable private func revoke(_ call: Call, _ person: Person) async throws -> Reply<Nothing> {
        try await CalendarFeeds(call.database).revoke(for: person.id)
        try await Audit(call.database).record(.calendarRevoked, by: person.id, subject: "person \(person.id)")
        return .nothing
    }

    /// From three months back to a year on.
    @Sendable private func feed(_ call: Call, _: Void) async throws -> Response {
        guard let person = try await CalendarFeeds(call.database).person(secret: call.parameter("secret")) else {
            throw Problem.notFound
        }
        let bookings = Bookings(call.database)
        let now = try await bookings.now()
        let span = DateInterval(start: now.addingTimeInterval(-92 * 86_400), duration: 458 * 86_400)
        let rows = try await bookings.list(for: person, within: span, withCancelled: true)
        let events = rows.map { row in
            CalendarFile.Event(
                id: "booking-\(row.id)@pthub", sequence: Int(row.version) - 1, changedAt: row.changedAt,
                span: row.span, title: "Personal training", notes: row.notes, isCancelled: row.cancelledAt != nil)
        }
        return .bytes(
            Array(CalendarFile(name: "PT Hub", events: events).text.utf8), type: "text/calendar; charset=utf-8")
    }
}

/// Told once; only its hash is kept.
struct FeedView: Encodable, SchemaDescribing {
    var path: String
    static let schema = Schema.object([.required("path", .text(0...200))])
}

extension Audit.Action {
    static let calendarOpened = Audit.Action("calendar_opened")
    static let calendarRevoked = Audit.Action("calendar_revoked")
}
