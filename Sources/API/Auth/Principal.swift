import Foundation
import Store

/// Who asks, and by what they prove it.
struct Principal: Sendable {
    enum Proof: Sendable {
        /// A session; with all rights of its person.
        case session(UUID)
        /// An API token; with those of its person's rights that its scopes name.
        case token(UUID, scopes: Set<Scope>)
    }

    var person: Person
    var proof: Proof

    /// Nil names what no API token may do: signing in and out, tokens, passwords.
    func grants(_ scope: Scope?) -> Bool {
        switch proof {
        case .session: true
        case .token(_, let scopes): scope.map { scopes.contains($0) } ?? false
        }
    }

    /// The session's id; nil for an API token.
    var session: UUID? { if case .session(let id) = proof { id } else { nil } }
}
