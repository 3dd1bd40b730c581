import Foundation
import HTTPTypes
import Store

/// The audit log, for admins.
struct AuditRoutes: Sendable {
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/audit", "Who did what, the newest first", access: .roles([.admin], .auditRead),
                .init(query: QueryParameter.paging + [QueryParameter("actor", .id, "Only what this person did")]),
                handler: list)
        ]
    }

    private struct EventView: Encodable, SchemaDescribing {
        var id: Int64
        var at: Date
        var actor: Int64?
        var action: String
        var subject: String

        init(_ event: Audit.Event) {
            id = event.id
            at = event.at
            actor = event.actor
            action = event.action
            subject = event.subject
        }

        static let schema = Schema.object([
            .required("id", .id), .required("at", .timestamp), .optional("actor", .id), .required("action", .text()),
            .required("subject", .text()),
        ])
    }

    @Sendable private func list(_ call: Call, _ admin: Person) async throws -> Reply<Page<EventView>> {
        let page = try call.page()
        let events = try await Audit(call.database).list(
            before: page.number(), actor: call.query["actor"]?.wholeNumber, limit: page.limit + 1)
        return Reply(Page(events, page, keys: { ["\($0.id)"] }, item: { EventView($0) }))
    }
}
