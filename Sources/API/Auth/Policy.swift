import Foundation
import Postgres
import Store

/// May this principal do this to this resource? The only place that answers. What one may not see is not there: it
/// answers exactly as what does not exist.
struct Policy: Sendable {
    let database: any PostgresExecutor

    init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// What a route asks before it looks at any resource: role and, for an API token, scope.
    static func admit(_ principal: Principal, roles: Set<Person.Role>?, scope: Scope?) throws(Problem) {
        guard principal.grants(scope) else { throw .scopeMissing(scope) }
        guard roles?.contains(principal.person.role) ?? true else { throw .notAllowed }
    }

    /// The clip, for one who may see it: its client, its trainer as long as they train that client, an admin.
    func clip(_ id: UUID, for person: Person) async throws -> Clip {
        guard let clip = try await Clips(database).find(id), try await maySee(clip, person) else {
            throw Problem.notFound
        }
        return clip
    }

    /// The clip with what was made of it: for the client once the trainer has published it.
    func feedback(_ id: UUID, for person: Person) async throws -> Clip {
        let clip = try await clip(id, for: person)
        guard Self.maySeeFeedback(clip, person) else { throw Problem.notFound }
        return clip
    }

    static func maySeeFeedback(_ clip: Clip, _ person: Person) -> Bool {
        person.role != .client || clip.publishedAt != nil
    }

    private func maySee(_ clip: Clip, _ person: Person) async throws -> Bool {
        switch person.role {
        case .admin: true
        case .client: clip.clientID == person.id
        case .trainer:
            clip.ownerID == person.id
                ? try await People(database).isClient(clip.clientID, of: person.id) : false
        }
    }

    /// Whether `trainer` trains `client` now; a client of somebody else is not there.
    func requireClient(_ client: Int64, of trainer: Person) async throws {
        guard trainer.role == .trainer else { throw Problem.notAllowed }
        guard try await People(database).isClient(client, of: trainer.id) else { throw Problem.notFound }
    }

    /// The upload, for the one who began it.
    func upload(_ id: UUID, for person: Person) async throws -> Uploads.Upload {
        guard let upload = try await Uploads(database).find(id, owner: person.id) else { throw Problem.notFound }
        return upload
    }
}
