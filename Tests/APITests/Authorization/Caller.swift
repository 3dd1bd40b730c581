import Store

/// Who asks, seen from client A and what is theirs.
enum Caller: Hashable, Sendable, CustomStringConvertible {
    case anonymous, clientA, clientB, trainer, otherTrainer, formerTrainer, admin, disabled, expired, revoked
    /// A token with one scope, of the first caller who may do what the row is about.
    case token(Scope)

    static let all: [Caller] =
        [
            .anonymous, .clientA, .clientB, .trainer, .otherTrainer, .formerTrainer, .admin, .disabled, .expired,
            .revoked,
        ]
        + Scope.allCases.map { .token($0) }

    var description: String {
        switch self {
        case .anonymous: "anonymous"
        case .clientA: "client A"
        case .clientB: "client B"
        case .trainer: "trainer of A"
        case .otherTrainer: "another trainer"
        case .formerTrainer: "former trainer"
        case .admin: "admin"
        case .disabled: "disabled user"
        case .expired: "expired session"
        case .revoked: "revoked session"
        case .token(let scope): "token \(scope.rawValue)"
        }
    }
}
