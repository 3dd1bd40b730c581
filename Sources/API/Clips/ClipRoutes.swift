import Archive
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Store

/// Clips, their live state, and what belongs to them.
struct ClipRoutes: Sendable {
    let archive: any ObjectStore

    var endpoints: [Endpoint] {
        let clip = ["id": Schema.uuid]
        return [
            Endpoint(
                .get, "/api/v1/clips", "The clips that one may see, newest first", access: .signedIn(.clipsRead),
                .init(query: QueryParameter.paging), handler: list),
            Endpoint(
                .get, "/api/v1/clips/{id}", "One clip with its state", access: .clip, .init(parameters: clip),
                handler: show),
            Endpoint(
                .get, "/api/v1/clips/{id}/events", "Its state and progress as server-sent events", access: .clip,
                content: .media(["text/event-stream"]), parameters: clip, raw: events),
            Endpoint(
                .get, "/api/v1/clips/{id}/video", "The video; byte ranges", access: .clip, success: [200, 206, 304],
                content: .media(VideoType.all), parameters: clip, problems: [416], raw: video),
            Endpoint(
                .get, "/api/v1/clips/{id}/report", "The report as JSON; for the client once it is published",
                access: .feedback, content: .json(.anything),
                parameters: clip, raw: report),
            Endpoint(
                .get, "/api/v1/clips/{id}/track", "The pose track, one JSON line a frame", access: .feedback,
                content: .media(["application/jsonl"]), parameters: clip, raw: track),
            Endpoint(
                .get, "/api/v1/clips/{id}/key-frames/{index}", "The picture at a key moment, JPEG", access: .feedback,
                content: .media(["image/jpeg"]), parameters: ["id": .uuid, "index": .integer(0...999)], raw: keyFrame),
            Endpoint(
                .put, "/api/v1/clips/{id}/publication", "Publish the feedback: the client sees it",
                access: .ownClip, .init(parameters: clip, problems: [409]), handler: publish),
            Endpoint(
                .delete, "/api/v1/clips/{id}/publication", "Take the feedback back from the client", access: .ownClip,
                .init(parameters: clip, problems: [409]), handler: withdraw),
            Endpoint(
                .delete, "/api/v1/clips/{id}", "Delete a clip with all that was made of it", access: .ownClip,
                .init(parameters: clip), handler: delete),
        ]
    }

    @Sendable private func list(_ call: Call, _ person: Person) async throws -> Reply<Page<ClipView>> {
        let page = try call.page()
        let clips = try await Clips(call.database).list(
            for: person, after: try page.after.map(ClipCursor.init), limit: page.limit + 1)
        return Reply(Page(clips, page, keys: { ClipCursor($0).keys }, item: { ClipView($0) }))
    }

    @Sendable private func show(_ call: Call, _ clip: Clip) async throws -> Reply<ClipView> { Reply(ClipView(clip)) }

    @Sendable private func publish(_ call: Call, _ clip: Clip) async throws -> Reply<Nothing> {
        try await setPublished(call, clip, true)
        guard clip.publishedAt == nil else { return .nothing }
        try await Outbox(call.database, pool: call.pool).tell(
            clip.clientID, .feedbackPublished, subject: clip.id.uuidString.lowercased())
        return .nothing
    }

    @Sendable private func withdraw(_ call: Call, _ clip: Clip) async throws -> Reply<Nothing> {
        try await setPublished(call, clip, false)
        return .nothing
    }

    private func setPublished(_ call: Call, _ clip: Clip, _ isPublished: Bool) async throws {
        guard try await Clips(call.database).setPublished(clip.id, isPublished) else {
            throw Problem(.conflict, "no_report", "There is no report yet: the clip is \(clip.state.rawValue).")
        }
        try await Audit(call.database).record(
            isPublished ? .feedbackPublished : .feedbackWithdrawn, by: call.principal?.person.id,
            subject: "clip \(clip.id.uuidString.lowercased())")
    }

    @Sendable private func delete(_ call: Call, _ clip: Clip) async throws -> Reply<Nothing> {
        try await Clips(call.database).delete(clip.id, owner: clip.ownerID, pool: call.pool)
        try await Audit(call.database).record(
            .clipDeleted, by: call.principal?.person.id, subject: "clip \(clip.id.uuidString.lowercased())")
        return .nothing
    }

    @Sendable private func events(_ call: Call, _ first: Clip) async throws -> Response {
        let person = try call.requirePrincipal().person
        let policy = Policy(call.pool)
        let body = ResponseBody { writer in
            var shown = ""
            var quiet = 0
            var clip = first
            while true {
                let event = try ClipEvent.text(clip)
                if event != shown {
                    try await writer.write(ByteBuffer(string: event))
                    (shown, quiet) = (event, 0)
                } else if quiet >= 30 {
                    // A comment, so that proxies do not take the silence for the end.
                    try await writer.write(ByteBuffer(string: ": still there\n\n"))
                    quiet = 0
                }
                if clip.state == .ready || clip.state == .failed { break }
                try await Task.sleep(for: .milliseconds(400))
                quiet += 1
                // Asked anew each time: a right that was taken away ends the stream.
                clip = try await policy.clip(first.id, for: person)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    @Sendable private func video(_ call: Call, _ clip: Clip) async throws -> Response {
        let request = call.request
        try await Audit(call.pool).record(
            .clipViewed, by: call.principal?.person.id, subject: clip.id.uuidString.lowercased())
        let key = try ObjectKey(validating: clip.objectKey)
        let size = try await archive.size(of: key)
        // The original never changes under its id.
        let tag = "\"\(clip.id.uuidString.lowercased())\""
        var headers: HTTPFields = [
            .contentType: VideoType.guess(clip.filename), .acceptRanges: "bytes", .eTag: tag,
            .cacheControl: "private, no-cache",
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        let condition = request.headers[HTTPField.Name("If-Range")!]
        let range = condition == nil || condition == tag ? ByteRange(request.headers[.range], size: size) : .whole
        switch range {
        case .unsatisfiable:
            throw Problem(
                .rangeNotSatisfiable, "bad_range", "The video has \(size) bytes.",
                headers: [.contentRange: "bytes */\(size)"])
        case .whole:
            return Response(status: .ok, headers: headers, body: stream(key, 0..<size))
        case .part(let part):
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
            return Response(status: .partialContent, headers: headers, body: stream(key, part))
        }
    }

    private func stream(_ key: ObjectKey, _ range: Range<Int64>) -> ResponseBody {
        ResponseBody(contentLength: range.count) { [archive] writer in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let bytes = try await archive.read(key, range: offset..<min(offset + 1 << 20, range.upperBound))
                guard !bytes.isEmpty else { break }
                try await writer.write(ByteBuffer(bytes: bytes))
                offset += Int64(bytes.count)
            }
            try await writer.finish(nil)
        }
    }

    @Sendable private func report(_ call: Call, _ clip: Clip) async throws -> Response {
        .bytes(
            Array(try await Reports(pool: call.pool, archive: archive).json(of: clip).utf8), type: "application/json")
    }

    @Sendable private func track(_ call: Call, _ clip: Clip) async throws -> Response {
        guard let key = clip.trackKey else { throw Problem.notFound }
        let object = try ObjectKey(validating: key)
        let size = try await archive.size(of: object)
        return Response(
            status: .ok, headers: [.contentType: "application/jsonl", .cacheControl: "private, no-store"],
            body: stream(object, 0..<size))
    }

    @Sendable private func keyFrame(_ call: Call, _ clip: Clip) async throws -> Response {
        guard let index = Int(try call.parameter("index")), clip.keyFrames.indices.contains(index) else {
            throw Problem.notFound
        }
        let key = try ObjectKey(validating: clip.keyFrames[index].key)
        return .bytes(
            try await archive.read(key, range: nil), type: "image/jpeg",
            headers: [.cacheControl: "private, max-age=3600"])
    }
}

extension Access where Granted == Clip {
    /// A clip that one may see.
    static let clip = Access.resource(.clipsRead) { policy, call, person in
        try await policy.clip(call.uuid(), for: person)
    }

    /// A clip whose report one may see.
    static let feedback = Access.resource(.clipsRead) { policy, call, person in
        try await policy.feedback(call.uuid(), for: person)
    }

    /// A clip whose feedback one answers for.
    static let ownClip = Access.resource(.clipsWrite, roles: [.trainer]) { policy, call, person in
        try await policy.clip(call.uuid(), for: person)
    }
}

/// One server-sent event.
enum ClipEvent {
    static func text(_ clip: Clip) throws -> String {
        let json = try JSONCoding.encoder().encode(ClipView(clip))
        return "event: state\ndata: " + String(decoding: json, as: UTF8.self) + "\n\n"
    }
}

/// Media type by the file's ending; the browser looks at the bytes anyway.
enum VideoType {
    static let all = ["video/mp4", "video/webm", "video/x-matroska"]

    static func guess(_ filename: String) -> String {
        switch filename.split(separator: ".").last?.lowercased() {
        case "webm": "video/webm"
        case "mkv": "video/x-matroska"
        default: "video/mp4"
        }
    }
}
