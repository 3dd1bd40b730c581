import Foundation
import Postgres
import Store

/// May this person do this to this resource? The only place that answers. What one may not see is not there.
struct Policy: Sendable {
    let pool: PostgresPool

    /// The clip, for one who may see it: its client, its trainer as long as they train that client, an admin.
    func clip(_ id: String, for person: Person) async throws -> Clip {
        guard let id = UUID(uuidString: id), let clip = try await Clips(pool).find(id),
            try await maySee(clip, person)
        else { throw Problem.notFound }
        return clip
    }

    private func maySee(_ clip: Clip, _ person: Person) async throws -> Bool {
        switch person.role {
        case .admin: true
        case .client: clip.clientID == person.id
        case .trainer:
            clip.ownerID == person.id
                ? try await People(pool).isClient(clip.clientID, of: person.id) : false
        }
    }

    /// Whether clips of `client` may be uploaded by `person`; a client of somebody else is not there.
    func requireClient(_ client: Int64, of person: Person) async throws {
        guard person.role == .trainer else { throw Problem.notAllowed }
        guard try await People(pool).isClient(client, of: person.id) else { throw Problem.notFound }
    }

    /// The upload, for the one who began it.
    func upload(_ id: String, for person: Person) async throws -> Uploads.Upload {
        guard let id = UUID(uuidString: id), let upload = try await Uploads(pool).find(id, owner: person.id) else {
            throw Problem.notFound
        }
        return upload
    }
}
