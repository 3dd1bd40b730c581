import Archive
import HTTPTypes
import Hummingbird
import Postgres

/// For load balancers and operators.
struct HealthRoutes: Sendable {
    let pool: PostgresPool
    let archive: any ObjectStore

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/healthz", "The process is up", access: .anyone, handler: healthy),
            Endpoint(
                .get, "/readyz", "Database and archive can be used", access: .anyone, success: [200, 503],
                content: .json(State.schema), raw: ready),
        ]
    }

    private struct State: Encodable, SchemaDescribing {
        var status: String
        var database: String?
        var archive: String?

        static let schema = Schema.object([
            .required("status", .text()), .optional("database", .text()), .optional("archive", .text()),
        ])
    }

    @Sendable private func healthy(_ call: Call, _: Void) async throws -> Reply<State> {
        Reply(State(status: "ok"))
    }

    @Sendable private func ready(_ call: Call, _: Void) async throws -> Response {
        let database = await problem { _ = try await pool.query("SELECT 1") }
        let storage = await problem { try await archive.checkWritable() }
        let isReady = database == nil && storage == nil
        return try .json(
            State(status: isReady ? "ok" : "unavailable", database: database ?? "ok", archive: storage ?? "ok"),
            status: isReady ? .ok : .serviceUnavailable)
    }

    private func problem(_ check: () async throws -> Void) async -> String? {
        do {
            try await check()
            return nil
        } catch let error as PostgresError {
            return error.message
        } catch {
            return "\(error)"
        }
    }
}
