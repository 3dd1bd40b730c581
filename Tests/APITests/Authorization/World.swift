import Archive
import Domain
import Foundation
import OpenSSL
import Postgres
import Store
import Support

/// The people and things of the authorization matrix. What is client A's carries the word `canary`.
struct World: Sendable {
    static let canary = "canary"

    let template: DatabaseTemplate
    let archive: FileStore
    let secrets: [Caller: String]
    let tokens: [Caller: [Scope: String]]
    let ids: [Caller: Int64]
    let clip: UUID
    let upload: UUID
    /// For whoever deletes one: its bytes are gone for all copies of the database, whose rows are asked at once.
    let discarded: UUID
    let session: UUID
    let token: UUID
    let invitation: Int64
    let training: TrainingThings

    static let shared = Task { try await World.make() }

    func id(_ caller: Caller) -> Int64 { ids[caller]! }

    /// The secret that a caller sends; nil for nobody.
    func secret(_ caller: Caller, _ row: AuthorizationRow) -> String? {
        if case .token(let scope) = caller { return tokens[row.tokenHolder]![scope] }
        return secrets[caller]
    }

    private static func make() async throws -> World {
        let folder = NSTemporaryDirectory() + "pthub-world-\(getpid())"
        let archive = try FileStore(root: folder)
        let made = Box()
        let template = try await DatabaseTemplate { pool in
            made.value = try await WorldBuilder(pool: pool, archive: archive).build()
        }
        let parts = made.value!
        return World(
            template: template, archive: archive, secrets: parts.secrets, tokens: parts.tokens, ids: parts.ids,
            clip: parts.clip, upload: parts.upload, discarded: parts.discarded, session: parts.session,
            token: parts.token, invitation: parts.invitation, training: parts.training)
    }

    /// Filled once, before it is read.
    private final class Box: @unchecked Sendable { var value: WorldBuilder.Parts? }
}

/// Fills the template.
struct WorldBuilder {
    struct Parts {
        var secrets: [Caller: String] = [:]
        var tokens: [Caller: [Scope: String]] = [:]
        var ids: [Caller: Int64] = [:]
        var clip = UUID()
        var upload = UUID()
        var discarded = UUID()
        var session = UUID()
        var token = UUID()
        var invitation: Int64 = 0
        var training = TrainingThings()
    }

    let pool: PostgresPool
    let archive: FileStore

    func build() async throws -> Parts {
        var parts = Parts()
        try await addPeople(&parts)
        try await addSecrets(&parts)
        try await addThings(&parts)
        let trainer = try await People(pool).find(parts.ids[.trainer]!)!
        parts.training = try await trainingThings(trainer: trainer, client: parts.ids[.clientA]!)
        return parts
    }

    private func addPeople(_ parts: inout Parts) async throws {
        let people = People(pool)
        let roles: [(Caller, Person.Role, String)] = [
            (.admin, .admin, "admin"), (.trainer, .trainer, "trainer"), (.otherTrainer, .trainer, "other"),
            (.formerTrainer, .trainer, "former"), (.clientA, .client, World.canary), (.clientB, .client, "beta"),
            (.disabled, .trainer, "disabled"), (.expired, .trainer, "expired"), (.revoked, .trainer, "revoked"),
        ]
        for (caller, role, name) in roles {
            parts.ids[caller] = try await people.add(
                email: "\(name)@matrix.example", firstName: name, lastName: name, role: role, credential: nil
            ).id
        }
        // A second admin, so that the first may be changed.
        try await people.add(
            email: "spare@matrix.example", firstName: "", lastName: "", role: .admin, credential: nil)
        let (clientA, clientB) = (parts.ids[.clientA]!, parts.ids[.clientB]!)
        for trainer in [Caller.trainer, .formerTrainer, .disabled, .expired, .revoked] {
            try await people.relate(trainer: parts.ids[trainer]!, client: clientA)
        }
        _ = try await people.endRelation(trainer: parts.ids[.formerTrainer]!, client: clientA)
        try await people.relate(trainer: parts.ids[.otherTrainer]!, client: clientB)
    }

    private func addSecrets(_ parts: inout Parts) async throws {
        let sessions = AuthSessions(pool)
        for (caller, id) in parts.ids { parts.secrets[caller] = try await sessions.create(for: id) }
        try await pool.execute("UPDATE person SET is_active = false WHERE id = \(parts.ids[.disabled]!)")
        try await pool.execute(
            "UPDATE auth_session SET expires_at = now() WHERE person_id = \(parts.ids[.expired]!)")
        try await sessions.revokeAll(of: parts.ids[.revoked]!)
        for caller in [Caller.trainer, .clientA, .admin] {
            for scope in Scope.allCases {
                parts.tokens[caller, default: [:]][scope] = try await APITokens(pool).create(
                    for: parts.ids[caller]!, name: "matrix", scopes: [scope], days: nil
                ).secret
            }
        }
        // What client A has of their own, besides what they ask with.
        let other = try await sessions.create(for: parts.ids[.clientA]!)
        parts.session = try await sessions.person(secret: other)!.session
        parts.token = try await APITokens(pool).create(
            for: parts.ids[.clientA]!, name: World.canary, scopes: [.clipsRead], days: nil
        ).token.id
        parts.invitation = try await Invitations(pool).add(
            email: "invited-\(World.canary)@matrix.example", role: .client, firstName: "", lastName: "",
            by: parts.ids[.trainer]!
        ).id
    }

    /// A clip of client A with its report, published, and an upload under way.
    private func addThings(_ parts: inout Parts) async throws {
        let name = parts.clip.uuidString.lowercased()
        let (trainer, client) = (parts.ids[.trainer]!, parts.ids[.clientA]!)
        func store(_ text: String, _ path: String) async throws -> String {
            try await archive.put(Array(text.utf8), at: try ObjectKey(validating: path))
            return path
        }
        let original = try await store("video \(World.canary)", "clips/\(name)/original")
        let report = #"{"canary":"\#(World.canary)"}"#
        try await Clips(pool).add(
            Clips.NewClip(
                id: parts.clip, owner: trainer, client: client, exercise: .squat, filename: World.canary + ".mp4",
                size: 12, sha256: SHA256.digest(of: []), objectKey: original, job: nil))
        try await Clips(pool).publish(
            Clips.PublishedResult(
                reportKey: try await store(report, "\(name)/1/1/report.json"),
                trackKey: try await store("{\"\(World.canary)\":1}\n", "\(name)/1/1/track.jsonl"),
                keyFrames: [.init(time: 0, key: try await store(World.canary, "\(name)/1/1/key-frame-0.jpg"))],
                reportJSON: report),
            for: parts.clip)
        _ = try await Clips(pool).setPublished(parts.clip, true)
        for upload in [parts.upload, parts.discarded] {
            try await Uploads(pool).add(
                Uploads.Upload(
                    id: upload, owner: trainer, client: client, exercise: .squat, filename: World.canary, length: 10,
                    sha256: nil))
            try await archive.beginUpload(upload)
        }
    }
}
