import Domain
import Foundation
import HTTPTypes
import Store

/// When trainers can be booked.
struct AvailabilityRoutes: Sendable {
    private static let mostDays = 62

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/availability", "The trainer's own weekly hours",
                access: .roles([.trainer], .trainingRead), handler: list),
            Endpoint(
                .post, "/api/v1/availability", "Add weekly hours", access: .roles([.trainer], .trainingWrite),
                status: .created, .init(problems: [409]), handler: add),
            Endpoint(
                .put, "/api/v1/availability/{id}", "Change weekly hours; bookings stay", access: .availability,
                .init(isEdit: true), handler: edit),
            Endpoint(
                .delete, "/api/v1/availability/{id}", "Remove weekly hours; bookings stay", access: .availability,
                handler: remove),
            Endpoint(
                .get, "/api/v1/trainers/{id}/free-times", "When a trainer can still be booked",
                access: .bookable,
                .init(query: [
                    QueryParameter("from", .date, "The first day where the trainer is; today if not given"),
                    QueryParameter("to", .date, "The last day; two weeks on if not given"),
                ]), handler: freeTimes),
        ]
    }

    @Sendable private func list(_ call: Call, _ trainer: Person) async throws -> Reply<Page<AvailabilityView>> {
        Reply(
            Page(all: try await Availabilities(call.database).list(trainer: trainer.id).map(AvailabilityView.init)))
    }

    @Sendable private func add(
        _ call: Call, _ trainer: Person, _ hours: Availability
    ) async throws -> Reply<AvailabilityView> {
        try hours.validate()
        let store = Availabilities(call.database)
        guard try await store.list(trainer: trainer.id).count < Availabilities.mostOfTrainer else {
            throw Problem(
                .conflict, "too_many", "A trainer keeps at most \(Availabilities.mostOfTrainer) weekly hours.")
        }
        return reply(try await store.add(hours, trainer: trainer.id))
    }

    @Sendable private func edit(
        _ call: Call, _ old: StoredAvailability, _ hours: Availability
    ) async throws -> Reply<AvailabilityView> {
        try hours.validate()
        guard
            let row = try await Availabilities(call.database).update(old.id, to: hours, version: call.expectedVersion)
        else { throw Problem.versionStale }
        return reply(row)
    }

    @Sendable private func remove(_ call: Call, _ hours: StoredAvailability) async throws -> Reply<Nothing> {
        try await Availabilities(call.database).remove(hours.id)
        return .nothing
    }

    /// Nothing that is past is free.
    @Sendable private func freeTimes(_ call: Call, _ trainer: Int64) async throws -> Reply<FreeTimesView> {
        let bookings = Bookings(call.database)
        let first = try await call.day("from").orElse { try await Assignments(call.database).today(client: trainer) }
        let last = try call.day("to") ?? first.adding(days: 13)
        guard first <= last, last.dayNumber - first.dayNumber < Self.mostDays else {
            throw InvalidField("to", "The days run from `from` to `to`, at most \(Self.mostDays).")
        }
        let now = try await bookings.now()
        let windows = try await Availabilities(call.database).list(trainer: trainer)
            .flatMap { $0.availability.windows(from: first, through: last) }
            .filter { $0.end > now }.map { DateInterval(start: max($0.start, now), end: $0.end) }
        guard let start = windows.map(\.start).min(), let end = windows.map(\.end).max() else {
            return Reply(FreeTimesView([]))
        }
        let taken = try await bookings.taken(trainer: trainer, within: DateInterval(start: start, end: end))
        return Reply(FreeTimesView(FreeTime.of(windows, without: taken)))
    }

    private func reply(_ row: StoredAvailability) -> Reply<AvailabilityView> {
        Reply(AvailabilityView(row), version: row.version)
    }
}

extension Access where Granted == StoredAvailability {
    static let availability = Access.resource(.trainingWrite, roles: [.trainer]) {
        try await $0.availability($1.id(), for: $2)
    }
}

extension Access where Granted == Int64 {
    /// A trainer whom one may book; `id` in the path.
    static let bookable = Access.resource(.trainingRead) { try await $0.bookable($1.id(), for: $2) }
}

extension Optional {
    fileprivate func orElse(_ other: () async throws -> Wrapped) async throws -> Wrapped {
        if let self { self } else { try await other() }
    }
}

/// Weekly hours as the API shows them.
struct AvailabilityView: Encodable, SchemaDescribing {
    var id: Int64
    var hours: Availability

    static let schema = Availability.schema.adding([.required("id", .id)])

    init(_ row: StoredAvailability) {
        (id, hours) = (row.id, row.availability)
    }

    private enum CodingKeys: String, CodingKey { case id }

    func encode(to encoder: any Encoder) throws {
        try hours.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
    }
}

struct FreeTimesView: Encodable, SchemaDescribing {
    struct Item: Encodable, SchemaDescribing {
        var startsAt: Date
        var endsAt: Date

        static let schema = Schema.object([
            .required("starts_at", .timestamp), .required("ends_at", .timestamp),
        ])

        enum CodingKeys: String, CodingKey {
            case startsAt = "starts_at"
            case endsAt = "ends_at"
        }
    }

    var items: [Item]
    static let schema = Schema.object([.required("items", .list(Item.schema, 0...100_000))])

    init(_ spans: [DateInterval]) {
        items = spans.map { Item(startsAt: $0.start, endsAt: $0.end) }
    }
}
