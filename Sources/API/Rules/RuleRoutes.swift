import Domain
import HTTPTypes
import Posture
import Store

/// The rules that clips are judged by, and what a trainer changes of them for one client.
struct RuleRoutes: Sendable {
    let rules: RuleSet

    private static let own = "/api/v1/clients/{id}/rules"

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, "/api/v1/rules", "Every check of every exercise, with its threshold",
                access: .signedIn(.trainingRead), handler: list),
            Endpoint(
                .get, Self.own, "What one changed of the rules for a client", access: .client(.trainingRead),
                handler: show),
            Endpoint(
                .put, Self.own, "Change the rules for a client: their analysed clips are judged again",
                access: .client(.trainingWrite), .init(isEdit: true), handler: change),
            Endpoint(
                .get, Self.own + "/history", "The versions of one's changes for a client, newest first",
                access: .client(.trainingRead), .init(query: QueryParameter.paging), handler: history),
        ]
    }

    @Sendable private func list(_ call: Call, _: Person) async throws -> Reply<Page<RuleCheckView>> {
        Reply(Page(all: rules.checks.map { RuleCheckView(check: $0) }))
    }

    @Sendable private func show(_ call: Call, _ client: Person) async throws -> Reply<RuleChangesView> {
        let trainer = try call.requirePrincipal().person
        let current = try await RuleChanges(call.database).current(trainer: trainer.id, client: client.id)
        return Reply(try RuleChangesView(current), version: current.version)
    }

    @Sendable private func change(
        _ call: Call, _ client: Person, _ body: RuleChangesBody
    ) async throws -> Reply<RuleChangesView> {
        let trainer = try call.requirePrincipal().person
        let document = try body.document(rules)
        guard
            let version = try await RuleChanges(call.database).set(
                document, trainer: trainer.id, client: client.id, expected: call.expectedVersion)
        else { throw Problem.versionStale }
        try await RescoreJobs.enqueue(trainer: trainer.id, client: client.id, in: call.database, call.pool)
        try await Audit(call.database).record(
            .rulesChanged, by: trainer.id, subject: "client \(client.id), version \(version.version)")
        return Reply(try RuleChangesView(version), version: version.version)
    }

    @Sendable private func history(_ call: Call, _ client: Person) async throws -> Reply<Page<RuleChangesView>> {
        let page = try call.page()
        let trainer = try call.requirePrincipal().person
        let versions = try await RuleChanges(call.database).history(
            trainer: trainer.id, client: client.id, before: page.number(), limit: page.limit + 1)
        let views = try versions.map { try RuleChangesView($0) }
        return Reply(Page(views, page, keys: { ["\($0.version)"] }, item: { $0 }))
    }
}
