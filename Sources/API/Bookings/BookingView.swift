import Foundation
import Store

/// When an appointment is to be.
struct BookedTime: Decodable, SchemaDescribing {
    var startsAt: Date
    var minutes: Int

    static let schema = Schema.object([
        .required("starts_at", .timestamp), .required("duration_min", .integer(10...480)),
    ])

    enum CodingKeys: String, CodingKey {
        case startsAt = "starts_at"
        case minutes = "duration_min"
    }
}

/// An appointment that is to be made: a trainer names the client, a client the trainer.
struct NewBooking: Decodable, SchemaDescribing {
    var trainer: Int64?
    var client: Int64?
    var time: BookedTime
    var notes: String?

    static let schema = BookedTime.schema.adding([
        .optional("trainer", .id), .optional("client", .id), .optional("notes", .notes),
    ])

    private enum CodingKeys: String, CodingKey { case trainer, client, notes }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        trainer = try container.decodeIfPresent(Int64.self, forKey: .trainer)
        client = try container.decodeIfPresent(Int64.self, forKey: .client)
        notes = try container.decodeIfPresent(String.self, forKey: .notes)
        time = try BookedTime(from: decoder)
    }
}

/// An appointment as the API shows it.
struct BookingView: Encodable, SchemaDescribing {
    var id: Int64
    var trainer: Int64
    var client: Int64
    var startsAt: Date
    var endsAt: Date
    var notes: String
    var cancelledAt: Date?

    static let schema = Schema.object([
        .required("id", .id), .required("trainer", .id), .required("client", .id), .required("starts_at", .timestamp),
        .required("ends_at", .timestamp), .required("notes", .notes), .optional("cancelled_at", .timestamp),
    ])

    init(_ row: Booking) {
        id = row.id
        trainer = row.trainerID
        client = row.clientID
        startsAt = row.startsAt
        endsAt = row.endsAt
        notes = row.notes
        cancelledAt = row.cancelledAt
    }

    enum CodingKeys: String, CodingKey {
        case id, trainer, client
        case startsAt = "starts_at"
        case endsAt = "ends_at"
        case notes
        case cancelledAt = "cancelled_at"
    }
}

struct BookingsView: Encodable, SchemaDescribing {
    var items: [BookingView]
    static let schema = Schema.object([.required("items", .list(BookingView.schema, 0...100_000))])
}
