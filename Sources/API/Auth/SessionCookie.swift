import Foundation
import HTTPTypes
import Hummingbird

/// The cookie that carries a session's secret. Behind https it has the `__Host-` prefix and is never sent in clear.
struct SessionCookie: Sendable {
    static let plainName = "pthub_session"
    let isSecure: Bool

    var name: String { isSecure ? "__Host-" + Self.plainName : Self.plainName }

    func secret(in request: Request) -> String? { Self.value(of: name, in: request) }

    static func value(of name: String, in request: Request) -> String? {
        for part in (request.headers[.cookie] ?? "").split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if pair.count == 2, pair[0] == name { return pair[1] }
        }
        return nil
    }

    func header(secret: String, maxAge: Int) -> String {
        "\(name)=\(secret); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(maxAge)" + (isSecure ? "; Secure" : "")
    }

    var expired: String { header(secret: "", maxAge: 0) }
}
