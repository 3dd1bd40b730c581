import Foundation
import HTTPTypes
import Hummingbird
import OpenSSL

/// Scripts, styles and pictures, read once at start; only names that were there then are served.
struct StaticFiles: Sendable {
    private struct File: Sendable {
        var bytes: [UInt8]
        var type: String
        var tag: String
    }

    private let files: [String: File]

    init(folder: String) throws {
        var files: [String: File] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            guard let type = Self.type(name), let data = FileManager.default.contents(atPath: folder + "/" + name)
            else {
                continue
            }
            let bytes = [UInt8](data)
            files[name] = File(bytes: bytes, type: type, tag: "\"\(SHA256.digest(of: bytes).hex.prefix(16))\"")
        }
        self.files = files
    }

    func answer(_ name: String, _ request: Request) throws -> Response {
        guard let file = files[name] else { throw Problem.notFound }
        let headers: HTTPFields = [.eTag: file.tag, .cacheControl: "no-cache"]
        if request.headers[.ifNoneMatch] == file.tag { return Response(status: .notModified, headers: headers) }
        return .bytes(file.bytes, type: file.type, headers: headers)
    }

    private static func type(_ name: String) -> String? {
        switch name.split(separator: ".").last {
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        default: nil
        }
    }
}
