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
    let pool: PostgresPool
    let archive: any ObjectStore
    let policy: Policy

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/api/v1/clips", "The clips that one may see, newest first", handler: list),
            Endpoint(.get, "/api/v1/clips/{id}", "One clip with its state", handler: show),
            Endpoint(
                .get, "/api/v1/clips/{id}/events", "Its state and progress as server-sent events", handler: events),
            Endpoint(
                .get, "/api/v1/clips/{id}/video", "The video; byte ranges", statuses: [200, 206, 304, 416],
                handler: video),
            Endpoint(.get, "/api/v1/clips/{id}/report", "The report as JSON", handler: report),
            Endpoint(.get, "/api/v1/clips/{id}/track", "The pose track, one JSON line a frame", handler: track),
            Endpoint(
                .get, "/api/v1/clips/{id}/key-frames/{index}", "The picture at a key moment, JPEG", handler: keyFrame),
        ]
    }

    private struct Items: Encodable { var items: [ClipView] }

    @Sendable private func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let clips = try await Clips(pool).list(for: context.requirePerson())
        return try .json(Items(items: clips.map { ClipView($0) }))
    }

    @Sendable private func show(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try .json(ClipView(try await clip(context)))
    }

    @Sendable private func events(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let person = try context.requirePerson()
        let first = try await clip(context)
        let id = try context.parameters.require("id")
        let body = ResponseBody { [policy] writer in
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
                clip = try await policy.clip(id, for: person)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    @Sendable private func video(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let clip = try await clip(context)
        try await Audit(pool).record(.clipViewed, by: context.person?.id, subject: clip.id.uuidString.lowercased())
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

    @Sendable private func report(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        .bytes(
            Array(try await Reports(pool: pool, archive: archive).json(of: clip(context)).utf8),
            type: "application/json")
    }

    @Sendable private func track(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        guard let key = try await clip(context).trackKey else { throw Problem.notFound }
        let object = try ObjectKey(validating: key)
        let size = try await archive.size(of: object)
        return Response(
            status: .ok, headers: [.contentType: "application/jsonl", .cacheControl: "private, no-store"],
            body: stream(object, 0..<size))
    }

    @Sendable private func keyFrame(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let clip = try await clip(context)
        guard let index = Int(try context.parameters.require("index")), clip.keyFrames.indices.contains(index) else {
            throw Problem.notFound
        }
        let key = try ObjectKey(validating: clip.keyFrames[index].key)
        return .bytes(
            try await archive.read(key, range: nil), type: "image/jpeg",
            headers: [.cacheControl: "private, max-age=3600"])
    }

    private func clip(_ context: AppRequestContext) async throws -> Clip {
        try await policy.clip(try context.parameters.require("id"), for: context.requirePerson())
    }
}

/// One server-sent event.
enum ClipEvent {
    static func text(_ clip: Clip) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return "event: state\ndata: " + String(decoding: try encoder.encode(ClipView(clip)), as: UTF8.self) + "\n\n"
    }
}

/// Media type by the file's ending; the browser looks at the bytes anyway.
enum VideoType {
    static func guess(_ filename: String) -> String {
        switch filename.split(separator: ".").last?.lowercased() {
        case "webm": "video/webm"
        case "mkv": "video/x-matroska"
        default: "video/mp4"
        }
    }
}
