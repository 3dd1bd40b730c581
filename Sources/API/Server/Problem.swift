import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// An error as the client gets it: RFC 9457 problem details with a stable code.
struct Problem: HTTPResponseError {
    var status: HTTPResponse.Status
    var code: String
    var detail: String
    /// The field that it is about, for forms and scripts.
    var field: String?
    /// The rows of an imported file that cannot be read.
    var rows: [WorkoutSheet.BadRow]?
    var headers: HTTPFields = [:]

    init(
        _ status: HTTPResponse.Status, _ code: String, _ detail: String, field: String? = nil, headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = Self.printable(detail)
        self.field = field.map(Self.printable)
        self.headers = headers
    }

    /// Names that came with the request may hold anything; control characters are for no screen and no log.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{fffd}" : $0 }))
    }

    private struct Body: Encodable {
        var type = "about:blank"
        var title: String
        var status: Int
        var code: String
        var detail: String
        var field: String?
        var rows: [WorkoutSheet.BadRow]?
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Body(
            title: status.reasonPhrase, status: status.code, code: code, detail: detail, field: field,
            rows: rows)
        var fields = headers
        fields[.contentType] = "application/problem+json"
        fields[.cacheControl] = "no-store"
        return Response(
            status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(body))))
    }

    /// The same for what is not there and for what is somebody else's.
    static let notFound = Problem(.notFound, "not_found", "There is nothing here, or nothing that you may see.")
    static let signInNeeded = Problem(
        .unauthorized, "sign_in_needed", "Sign in first: there is no session, or it has ended.")
    static let notAllowed = Problem(.forbidden, "not_allowed", "Your account may not do this.")
    static let unavailable = Problem(
        .serviceUnavailable, "unavailable", "The service cannot reach its database or archive. Try again in a moment.",
        headers: [.retryAfter: "5"])
    static let full = Problem(
        HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), "storage_full",
        "The archive is full. The upload can go on once there is room; nothing that was stored is lost.")
}
