import Foundation
import Store

extension AuthorizationRow {
    private static let noClip = "/api/v1/clips/00000000-0000-0000-0000-000000000000"
    private static let viewers: [Caller: Int] = [.clientA: 200, .trainer: 200, .admin: 200]

    private static func clip(_ tail: String) -> @Sendable (World) -> String {
        { "/api/v1/clips/\($0.clip.uuidString.lowercased())\(tail)" }
    }

    private static func viewed(_ route: String, tail: String) -> AuthorizationRow {
        AuthorizationRow(
            method: "GET", route: "/api/v1/clips/{id}" + route, url: clip(tail), missing: noClip + tail,
            scope: .clipsRead, allowed: viewers, otherwise: 404)
    }

    private static func trainers(_ method: String, _ tail: String) -> AuthorizationRow {
        AuthorizationRow(
            method: method, route: "/api/v1/clips/{id}" + tail, url: clip(tail), missing: noClip + tail,
            scope: .clipsWrite, allowed: [.trainer: 204, .otherTrainer: 404, .formerTrainer: 404])
    }

    static let clips: [AuthorizationRow] = [
        .own("GET", "/api/v1/clips", .clipsRead), viewed("", tail: ""), viewed("/events", tail: "/events"),
        viewed("/video", tail: "/video"), viewed("/report", tail: "/report"), viewed("/track", tail: "/track"),
        viewed("/key-frames/{index}", tail: "/key-frames/0"), trainers("PUT", "/publication"),
        trainers("DELETE", "/publication"), trainers("DELETE", ""),
    ]

    private static let tus = ["Tus-Resumable": "1.0.0"]
    private static let noUpload = "/api/v1/uploads/00000000-0000-0000-0000-000000000000"

    private static func upload(_ method: String, _ status: Int, _ headers: [String: String] = [:]) -> AuthorizationRow {
        AuthorizationRow(
            method: method, route: "/api/v1/uploads/{id}",
            url: { world in
                let upload = method == "DELETE" ? world.discarded : world.upload
                return "/api/v1/uploads/\(upload.uuidString.lowercased())"
            }, missing: noUpload,
            headers: tus.merging(headers) { $1 }, scope: .clipsWrite, allowed: [.trainer: status], otherwise: 404)
    }

    static let uploads: [AuthorizationRow] = [
        .open("OPTIONS", "/api/v1/uploads", 204),
        // Without metadata: whoever may not upload does not get that far.
        AuthorizationRow(
            method: "POST", route: "/api/v1/uploads", url: { _ in "/api/v1/uploads" }, headers: tus,
            scope: .clipsWrite, allowed: .trainers(422)),
        upload("HEAD", 200),
        // A wrong offset, so that the archive, which all copies share, stays as it is.
        upload("PATCH", 409, ["Content-Type": "application/offset+octet-stream", "Upload-Offset": "5"]),
        upload("DELETE", 204),
    ]

    static let pages: [AuthorizationRow] = [
        .open("GET", "/sign-in", 200), .open("GET", "/join", 200), .open("GET", "/reset-password", 200),
        .open("GET", "/assets/{name}", 200, url: "/assets/style.css"),
    ]
}
