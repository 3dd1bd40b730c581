import Store
import Testing

/// One route of the authorization matrix: what each caller gets. Written by hand beside the routes; the test compares
/// the routes that have rows with those that the router has.
struct AuthorizationRow: Sendable, CustomTestStringConvertible {
    var method: String
    /// As the router has it.
    var route: String
    /// What client A, or who may see client A, asks for.
    var url: @Sendable (World) -> String
    /// The same for what does not exist; compared with what a foreign caller gets.
    var missing: String?
    var headers: [String: String] = [:]
    var body: (@Sendable (World) -> String)?
    /// The scope that a token needs; nil: no token will do.
    var scope: Scope?
    /// Status of those who may; all others who are signed in get `otherwise`.
    var allowed: [Caller: Int] = [:]
    var otherwise = 403
    /// Status for everybody, signed in or not.
    var open: Int?

    var testDescription: String { "\(method) \(route)" }

    func status(_ caller: Caller) -> Int {
        if let open { return open }
        switch caller {
        case .anonymous, .disabled, .expired, .revoked: return 401
        case .token(let scope): return scope == self.scope ? status(tokenHolder) : 403
        default: return allowed[caller] ?? otherwise
        }
    }

    /// Whose token is tried: the first who may.
    var tokenHolder: Caller {
        let holders: [Caller] = [.trainer, .clientA, .admin]
        for holder in holders {
            if let status = allowed[holder], status < 400 { return holder }
        }
        return .trainer
    }

    /// A route for whoever is signed in, each for themselves.
    static func own(
        _ method: String, _ route: String, _ scope: Scope?, _ status: Int = 200, headers: [String: String] = [:],
        body: String? = nil
    ) -> AuthorizationRow {
        var row = AuthorizationRow(method: method, route: route, url: { _ in route }, headers: headers, scope: scope)
        row.allowed = .all(status)
        if let body { row.body = { _ in body } }
        return row
    }

    /// A route for everybody.
    static func open(
        _ method: String, _ route: String, _ status: Int, url: String? = nil, body: String? = nil
    ) -> AuthorizationRow {
        var row = AuthorizationRow(method: method, route: route, url: { _ in url ?? route })
        row.open = status
        if let body { row.body = { _ in body } }
        return row
    }
}

extension [Caller: Int] {
    /// Everybody who is signed in.
    static func all(_ status: Int) -> Self {
        [.clientA, .clientB, .trainer, .otherTrainer, .formerTrainer, .admin].reduce(into: [:]) { $0[$1] = status }
    }

    static func trainers(_ status: Int) -> Self {
        [.trainer: status, .otherTrainer: status, .formerTrainer: status]
    }

    static func clients(_ status: Int) -> Self { [.clientA: status, .clientB: status] }
}

extension AuthorizationRow {
    /// Every row of every resource.
    static let all = signIn + people + clips + uploads + training + pages
}
