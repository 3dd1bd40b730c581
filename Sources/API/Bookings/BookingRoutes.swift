import Domain
import Foundation
import HTTPTypes
import Postgres
import Store

/// Appointments. A client books within the trainer's hours, a trainer whenever they like; never does anyone have two at
/// once.
struct BookingRoutes: Sendable {
    private static let mostDays = 366.0
    private static let years = Date(timeIntervalSince1970: 0)...Date(timeIntervalSince1970: 7_258_118_400)
    /// So far ahead can be booked.
    private static let furthest: TimeInterval = 2 * 366 * 86_400

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/bookings", "One's appointments in order", access: .signedIn(.trainingRead),
                .init(query: [
                    QueryParameter("from", .timestamp, "Beginning at or after; now if not given"),
                    QueryParameter("to", .timestamp, "Beginning before; four weeks on if not given"),
                    QueryParameter("cancelled", .boolean, "true: with those that were cancelled"),
                ]), handler: list),
            Endpoint(
                .post, "/api/v1/bookings", "Book an hour", access: .roles([.trainer, .client], .trainingWrite),
                status: .created, .init(problems: [409]), handler: book),
            Endpoint(
                .get, "/api/v1/bookings/{id}", "One appointment", access: .booking(.trainingRead), handler: show),
            Endpoint(
                .post, "/api/v1/bookings/{id}/move", "Move an appointment", access: .changedBooking,
                .init(problems: [409], isEdit: true), handler: move),
            Endpoint(
                .post, "/api/v1/bookings/{id}/cancel", "Cancel an appointment", access: .changedBooking,
                handler: cancel),
        ]
    }

    @Sendable private func list(_ call: Call, _ person: Person) async throws -> Reply<BookingsView> {
        let bookings = Bookings(call.database)
        let now = try await bookings.now()
        let first = call.query["from"]?.text.flatMap(Timestamp.parse) ?? now
        let last = call.query["to"]?.text.flatMap(Timestamp.parse) ?? first.addingTimeInterval(28 * 86_400)
        guard Self.years.contains(first) else { throw InvalidField("from", "The years are 1970 to 2199.") }
        guard first <= last, last.timeIntervalSince(first) <= Self.mostDays * 86_400 else {
            throw InvalidField("to", "The time runs from `from` to `to`, at most \(Int(Self.mostDays)) days.")
        }
        let rows = try await bookings.list(
            for: person, within: DateInterval(start: first, end: last),
            withCancelled: call.flag("cancelled") ?? false)
        return Reply(BookingsView(items: rows.map(BookingView.init)))
    }

    @Sendable private func show(_ call: Call, _ booking: Booking) async throws -> Reply<BookingView> { reply(booking) }

    @Sendable private func book(
        _ call: Call, _ person: Person, _ body: NewBooking
    ) async throws -> Reply<BookingView> {
        let (trainer, client) = try await parties(call, person, body)
        try Check.text(body.notes ?? "", "notes")
        let span = try await span(body.time, call, person, trainer: trainer)
        let bookings = Bookings(call.database)
        try await bookings.lock(trainer: trainer, client: client)
        let row = try await refusingOverlap {
            try await bookings.add(trainer: trainer, client: client, during: span, notes: body.notes ?? "")
        }
        return try await tell(call, person, row)
    }

    private func parties(
        _ call: Call, _ person: Person, _ body: NewBooking
    ) async throws -> (trainer: Int64, client: Int64) {
        if person.role == .trainer {
            guard let client = body.client else { throw InvalidField("client", "Name the client.") }
            try await call.policy.client(client, of: person, field: "client")
            guard body.trainer ?? person.id == person.id else { throw Problem.unknown("trainer", "trainer") }
            return (person.id, client)
        }
        guard let trainer = body.trainer else { throw InvalidField("trainer", "Name the trainer.") }
        guard (try? await call.policy.bookable(trainer, for: person)) != nil else {
            throw Problem.unknown("trainer", "trainer")
        }
        guard body.client ?? person.id == person.id else { throw Problem.unknown("client", "client") }
        return (trainer, person.id)
    }

    private func span(
        _ time: BookedTime, _ call: Call, _ person: Person, trainer: Int64
    ) async throws -> DateInterval {
        let now = try await Bookings(call.database).now()
        guard time.startsAt >= now else { throw InvalidField("starts_at", "The time is past.") }
        guard time.startsAt.timeIntervalSince(now) <= Self.furthest else {
            throw InvalidField("starts_at", "At most two years ahead can be booked.")
        }
        let span = DateInterval(start: time.startsAt, duration: Double(time.minutes) * 60)
        if person.role == .client {
            let hours = try await Availabilities(call.database).list(trainer: trainer)
            guard hours.contains(where: { $0.availability.covers(span) }) else {
                throw InvalidField("starts_at", "The trainer is not available then; see their free times.")
            }
        }
        return span
    }

    @Sendable private func move(
        _ call: Call, _ booking: Booking, _ time: BookedTime
    ) async throws -> Reply<BookingView> {
        guard booking.cancelledAt == nil else {
            throw Problem(.conflict, "cancelled", "The appointment was cancelled; book another.")
        }
        let person = try call.requirePrincipal().person
        let span = try await span(time, call, person, trainer: booking.trainerID)
        let bookings = Bookings(call.database)
        try await bookings.lock(trainer: booking.trainerID, client: booking.clientID)
        let row = try await refusingOverlap {
            try await bookings.move(booking.id, to: span, version: call.expectedVersion)
        }
        guard let row else { throw Problem.versionStale }
        return try await tell(call, person, row)
    }

    /// Cancelling twice is cancelling once.
    @Sendable private func cancel(_ call: Call, _ booking: Booking) async throws -> Reply<BookingView> {
        guard let row = try await Bookings(call.database).cancel(booking.id) else { return reply(booking) }
        return try await tell(call, call.requirePrincipal().person, row)
    }

    private func refusingOverlap<R>(_ body: () async throws -> R) async throws -> R {
        do { return try await body() } catch let error as PostgresError where error.isOverlap {
            throw Problem(
                .conflict, "overlap", "The trainer or the client has another appointment then.", field: "starts_at")
        }
    }

    /// The other of the two hears of the change.
    private func tell(_ call: Call, _ person: Person, _ booking: Booking) async throws -> Reply<BookingView> {
        let other = person.id == booking.clientID ? booking.trainerID : booking.clientID
        try await Outbox(call.database, pool: call.pool).tell(other, .bookingChanged, subject: "\(booking.id)")
        return reply(booking)
    }

    private func reply(_ row: Booking) -> Reply<BookingView> { Reply(BookingView(row), version: row.version) }
}

extension Access where Granted == Booking {
    static func booking(_ scope: Scope, roles: Set<Person.Role>? = nil) -> Access {
        .resource(scope, roles: roles) { try await $0.booking($1.id(), for: $2) }
    }

    static let changedBooking = booking(.trainingWrite, roles: [.trainer, .client])
}
