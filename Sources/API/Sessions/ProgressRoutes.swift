import Domain
import HTTPTypes
import Store

/// How a client gets on.
struct ProgressRoutes: Sendable {
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/clients/{id}/records", "A client's best of each exercise", access: .trainee,
                handler: records),
            Endpoint(
                .get, "/api/v1/clients/{id}/exercises/{exercise}/progress",
                "How an exercise went, one point a session", access: .trainee, handler: progress),
        ]
    }

    @Sendable private func records(_ call: Call, _ client: Int64) async throws -> Reply<RecordsView> {
        Reply(
            RecordsView(
                items: try await SessionSets(call.database).history(client: client).map { exercise, name, sets in
                    RecordsView.Item(exercise: exercise, name: name, records: PersonalRecords(sets))
                }))
    }

    @Sendable private func progress(_ call: Call, _ client: Int64) async throws -> Reply<ProgressView> {
        let sets = try await SessionSets(call.database).history(client: client, exercise: call.id("exercise"))
        return Reply(ProgressView(points: ProgressPoint.series(sets), records: PersonalRecords(sets)))
    }
}

struct RecordsView: Encodable, SchemaDescribing {
    struct Item: Encodable, SchemaDescribing {
        var exercise: Int64
        var name: String
        var records: PersonalRecords

        static let schema = Schema.object([
            .required("exercise", .id), .required("name", .text(0...200)),
            .required("records", PersonalRecords.schema),
        ])
    }

    var items: [Item]
    static let schema = Schema.object([.required("items", .list(Item.schema, 0...100_000))])
}

struct ProgressView: Encodable, SchemaDescribing {
    var points: [ProgressPoint]
    var records: PersonalRecords

    static let schema = Schema.object([
        .required("points", .list(ProgressPoint.schema, 0...100_000)), .required("records", PersonalRecords.schema),
    ])
}

extension ProgressPoint: SchemaDescribing {
    static let schema = Schema.object([
        .required("session", .id), .required("at", .timestamp), .required("sets", .count), .required("reps", .count),
        .required("volume_kg", .amount), .optional("heaviest_kg", .amount), .optional("longest_s", .count),
        .optional("one_rep_maximum_kg", .amount),
    ])
}

extension PersonalRecords: SchemaDescribing {
    private static let best = Schema.object([
        .required("value", .amount), .required("session", .id), .required("at", .timestamp),
    ])

    static let schema = Schema.object([
        .optional("heaviest_kg", best), .optional("most_reps", best), .optional("longest_s", best),
        .optional("volume_kg", best), .optional("one_rep_maximum_kg", best),
    ])
}
