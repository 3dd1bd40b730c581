import Archive
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Jobs
import NIOCore
import OpenSSL
import Postgres
import Store

/// Resumable uploads by tus 1.0: creation, offset, append with checksum, termination. The last byte turns the upload
/// into a clip with its analysis job, in one transaction, before it is acknowledged.
struct UploadRoutes: Sendable {
    let pool: PostgresPool
    let archive: any ObjectStore
    /// Exercises that have rules.
    let exercises: [ExerciseID]

    private static let maximumLength: Int64 = 10 << 30
    /// Bytes that are made durable together.
    private static let chunk = 1 << 20

    var endpoints: [Endpoint] {
        let upload = ["id": Schema.uuid]
        return [
            Endpoint(
                .options, "/api/v1/uploads", "What the upload protocol can do", access: .anyone, success: [204],
                raw: options),
            Endpoint(
                .post, "/api/v1/uploads",
                "Begin an upload (Upload-Length; Upload-Metadata: filename, client_id, and exercise or exercise_id)",
                access: .roles([.trainer], .clipsWrite), success: [201], problems: [404, 412, 413, 422], raw: create),
            Endpoint(
                .head, "/api/v1/uploads/{id}", "How much of an upload is durable", access: .upload,
                parameters: upload, problems: [412], raw: offset),
            Endpoint(
                .patch, "/api/v1/uploads/{id}", "Append bytes at Upload-Offset", access: .upload, success: [204],
                parameters: upload, problems: [400, 409, 412, 413, 415, 422, 460, 507], raw: append),
            Endpoint(
                .delete, "/api/v1/uploads/{id}", "Give an upload up", access: .upload, success: [204],
                parameters: upload, problems: [409, 412], raw: terminate),
        ]
    }

    @Sendable private func options(_ call: Call, _: Void) async throws -> Response {
        Response(
            status: .noContent,
            headers: [
                .tusResumable: "1.0.0", .tusVersion: "1.0.0", .tusExtension: "creation,termination,checksum,expiration",
                .tusMaxSize: "\(Self.maximumLength)", .tusChecksumAlgorithm: "sha256",
            ])
    }

    @Sendable private func create(_ call: Call, _ person: Person) async throws -> Response {
        try requireVersion(call.request)
        let upload = try newUpload(call.request, owner: person.id)
        try await call.policy.requireClient(upload.client, of: person)
        if let exercise = upload.libraryExercise {
            _ = try await call.policy.exercise(exercise, for: person, field: "exercise_id")
        }
        // The row first: a file without a row is swept, a row without a file is an upload at offset 0.
        try await Uploads(pool).add(upload)
        try await archive.beginUpload(upload.id)
        return Response(
            status: .created,
            headers: [
                .tusResumable: "1.0.0", .location: "/api/v1/uploads/\(upload.id.uuidString.lowercased())",
                .uploadOffset: "0",
            ])
    }

    private func newUpload(_ request: Request, owner: Int64) throws -> Uploads.Upload {
        guard let length = request.headers[.uploadLength].flatMap({ Int64($0) }), length >= 0 else {
            throw Problem(
                .unprocessableContent, "invalid_field", "Upload-Length must say how many bytes will come.",
                field: "Upload-Length")
        }
        guard length > 0 else {
            throw Problem(
                .unprocessableContent, "empty_file",
                "The file is empty (0 bytes). Export the clip again and upload that.",
                field: "Upload-Length")
        }
        guard length <= Self.maximumLength else {
            throw Problem(.contentTooLarge, "too_large", "At most \(Self.maximumLength >> 30) GiB are accepted.")
        }
        guard let metadata = TusMetadata(request.headers[.uploadMetadata] ?? "") else {
            throw Problem(
                .unprocessableContent, "invalid_field", "Upload-Metadata is malformed.", field: "Upload-Metadata")
        }
        guard let client = metadata["client_id"].flatMap({ Int64($0) }) else {
            throw Problem(
                .unprocessableContent, "invalid_field", "Say whose clip it is: client_id.", field: "client_id")
        }
        let (exercise, libraryExercise) = try named(metadata)
        var digest: Digest?
        if let text = metadata["sha256"] {
            digest = Digest(hex: text)
            guard digest != nil else {
                throw Problem(
                    .unprocessableContent, "invalid_field", "sha256 is not 64 hexadecimal digits.", field: "sha256")
            }
        }
        let name = String((metadata["filename"] ?? "clip").prefix(200)).replacing("\0", with: "")
        return Uploads.Upload(
            id: UUID(), owner: owner, client: client, exercise: exercise, libraryExercise: libraryExercise,
            filename: name.isEmpty ? "clip" : name, length: length, sha256: digest)
    }

    /// What is done, if that is said: a rule set's id, or the number of an exercise of the library.
    private func named(_ metadata: TusMetadata) throws(Problem) -> (ExerciseID?, Int64?) {
        let (id, number) = (metadata["exercise"] ?? "", metadata["exercise_id"] ?? "")
        guard id.isEmpty || number.isEmpty else {
            throw Problem(
                .unprocessableContent, "invalid_field", "Give exercise or exercise_id, not both.", field: "exercise_id")
        }
        let known = exercises + [.generic]
        let exercise = ExerciseID(rawValue: id)
        guard id.isEmpty || exercise.map(known.contains) == true else {
            let names = known.map(\.rawValue).joined(separator: ", ")
            throw Problem(
                .unprocessableContent, "invalid_field",
                "exercise is one of \(names); leave it out and it is recognised.", field: "exercise")
        }
        guard number.isEmpty || Int64(number).map({ $0 > 0 }) == true else {
            throw Problem(
                .unprocessableContent, "invalid_field", "exercise_id is the number of an exercise of the library.",
                field: "exercise_id")
        }
        return (exercise, Int64(number))
    }

    @Sendable private func offset(_ call: Call, _ upload: Uploads.Upload) async throws -> Response {
        try requireVersion(call.request)
        let offset = upload.clip == nil ? try await durableOffset(upload) : upload.length
        return Response(status: .ok, headers: headers(upload, offset: offset))
    }

    @Sendable private func append(_ call: Call, _ upload: Uploads.Upload) async throws -> Response {
        let request = call.request
        try requireVersion(request)
        guard request.headers[.contentType] == "application/offset+octet-stream" else {
            throw Problem(
                .unsupportedMediaType, "wrong_type", "The content type must be application/offset+octet-stream.")
        }
        guard let start = request.headers[.uploadOffset].flatMap({ Int64($0) }), start >= 0 else {
            throw Problem(.badRequest, "invalid_field", "Upload-Offset is missing.", field: "Upload-Offset")
        }
        // The reply to the last byte may have been lost: the same answer again.
        if upload.clip != nil, start == upload.length { return acknowledged(upload, offset: start, clip: upload.clip) }
        guard upload.clip == nil, try await durableOffset(upload) == start else {
            throw Problem(.conflict, "wrong_offset", "The upload continues at another offset: ask for it with HEAD.")
        }
        let end = try await store(request, upload, start)
        guard end == upload.length else { return acknowledged(upload, offset: end, clip: nil) }
        return acknowledged(upload, offset: end, clip: try await complete(upload))
    }

    /// Streams the body to the archive; the new durable offset.
    private func store(_ request: Request, _ upload: Uploads.Upload, _ start: Int64) async throws -> Int64 {
        if let checksum = request.headers[.uploadChecksum] {
            return try await storeChecked(request, upload, start, checksum)
        }
        var offset = start
        var pending: [UInt8] = []
        for try await buffer in request.body {
            pending += buffer.readableBytesView
            try checkLength(offset + Int64(pending.count), upload)
            if pending.count >= Self.chunk {
                offset = try await append(pending, upload, offset)
                pending = []
            }
        }
        return pending.isEmpty ? offset : try await append(pending, upload, offset)
    }

    /// With a checksum the bytes count only when they all came and are right.
    private func storeChecked(
        _ request: Request, _ upload: Uploads.Upload, _ start: Int64, _ checksum: String
    ) async throws -> Int64 {
        let parts = checksum.split(separator: " ")
        guard parts.count == 2, parts[0] == "sha256", let expected = Data(base64Encoded: String(parts[1])) else {
            throw Problem(
                .badRequest, "invalid_field", "Upload-Checksum must be sha256 and base64.", field: "Upload-Checksum")
        }
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            bytes += buffer.readableBytesView
            try checkLength(start + Int64(bytes.count), upload)
            guard bytes.count <= 64 << 20 else {
                throw Problem(.contentTooLarge, "too_large", "At most 64 MiB in one request with a checksum.")
            }
        }
        guard SHA256.digest(of: bytes).bytes == Array(expected) else {
            throw Problem(
                HTTPResponse.Status(code: 460, reasonPhrase: "Checksum Mismatch"), "checksum_mismatch",
                "The bytes that came are not those that were sent. Send them again.")
        }
        return try await append(bytes, upload, start)
    }

    private func checkLength(_ length: Int64, _ upload: Uploads.Upload) throws {
        guard length <= upload.length else {
            throw Problem(.contentTooLarge, "too_long", "More bytes came than the \(upload.length) that were declared.")
        }
    }

    private func append(_ bytes: [UInt8], _ upload: Uploads.Upload, _ offset: Int64) async throws -> Int64 {
        do { return try await archive.append(bytes, to: upload.id, at: offset) } catch ArchiveError.conflict {
            throw Problem(.conflict, "wrong_offset", "The upload continues at another offset: ask for it with HEAD.")
        }
    }

    /// Object first, then upload, clip and job in one transaction. Safe to run again.
    private func complete(_ upload: Uploads.Upload) async throws -> UUID {
        let name = upload.id.uuidString.lowercased()
        let key = try ObjectKey(validating: "clips/\(name)/original")
        let digest: Digest
        do {
            digest = try await archive.commitUpload(upload.id, as: key, size: upload.length, sha256: upload.sha256)
        } catch ArchiveError.digestMismatch {
            try await archive.abortUpload(upload.id)
            try await Uploads(pool).remove(upload.id)
            throw Problem(
                .unprocessableContent, "checksum_mismatch",
                "The file is not the one whose SHA-256 was declared. Upload it again.", field: "sha256")
        }
        return try await pool.transaction { transaction in
            if let clip = try await Uploads(transaction).lock(upload.id) { return clip }
            let job = try await JobQueue(pool).enqueue(
                NewJob(
                    tenant: upload.owner, kind: AnalyzePayload.kind, payload: AnalyzePayload(clip: upload.id),
                    uniqueKey: name),
                in: transaction)
            try await Clips(transaction).add(
                Clips.NewClip(
                    id: upload.id, owner: upload.owner, client: upload.client, exercise: upload.exercise,
                    libraryExercise: upload.libraryExercise, filename: upload.filename, size: upload.length,
                    sha256: digest, objectKey: key.path, job: job))
            try await Uploads(transaction).markStored(upload.id, as: upload.id)
            try await Audit(transaction).record(.clipUploaded, by: upload.owner, subject: name)
            return upload.id
        }
    }

    @Sendable private func terminate(_ call: Call, _ upload: Uploads.Upload) async throws -> Response {
        try requireVersion(call.request)
        guard upload.clip == nil else {
            throw Problem(.conflict, "already_stored", "The upload is complete: it is a clip now.")
        }
        try await archive.abortUpload(upload.id)
        try await Uploads(pool).remove(upload.id)
        return Response(status: .noContent, headers: [.tusResumable: "1.0.0"])
    }

    /// A row whose file is not there yet stands at 0; one whose file became the object already, at its end.
    private func durableOffset(_ upload: Uploads.Upload) async throws -> Int64 {
        do { return try await archive.uploadOffset(upload.id) } catch ArchiveError.notFound {
            let key = try ObjectKey(validating: "clips/\(upload.id.uuidString.lowercased())/original")
            if (try? await archive.size(of: key)) == upload.length { return upload.length }
            try await archive.beginUpload(upload.id)
            return 0
        }
    }

    private func requireVersion(_ request: Request) throws {
        guard request.headers[.tusResumable] == "1.0.0" else {
            throw Problem(
                .preconditionFailed, "wrong_version", "This server speaks tus 1.0.0 (Tus-Resumable).",
                headers: [.tusVersion: "1.0.0"])
        }
    }

    private func headers(_ upload: Uploads.Upload, offset: Int64) -> HTTPFields {
        var fields: HTTPFields = [
            .tusResumable: "1.0.0", .uploadOffset: "\(offset)", .uploadLength: "\(upload.length)",
            .cacheControl: "no-store", .uploadExpires: HTTPDate.text(upload.expiresAt),
        ]
        if let clip = upload.clip { fields[.clipID] = clip.uuidString.lowercased() }
        return fields
    }

    private func acknowledged(_ upload: Uploads.Upload, offset: Int64, clip: UUID?) -> Response {
        var upload = upload
        upload.clip = clip
        return Response(status: .noContent, headers: headers(upload, offset: offset))
    }
}

extension Access where Granted == Uploads.Upload {
    /// An upload that one began.
    static let upload = Access.resource(.clipsWrite) { policy, call, person in
        try await policy.upload(call.uuid(), for: person)
    }
}

/// RFC 9110's date form.
enum HTTPDate {
    static func text(_ date: Date) -> String {
        let format = Date.VerbatimFormatStyle(
            format:
                "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) GMT",
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        return date.formatted(format)
    }
}
