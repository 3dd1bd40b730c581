import Domain
import Store

/// What the policy must grant before a route's handler runs; the handler gets what was granted, and has no other way to
/// it. A route cannot be made without one.
struct Access<Granted: Sendable>: Sendable {
    enum Audience: Sendable {
        case anyone
        case signedIn
        case roles(Set<Person.Role>)
    }

    var audience: Audience
    /// The scope that an API token needs; nil: no API token will do.
    var scope: Scope?
    var grant: @Sendable (Call) async throws -> Granted
}

extension Access where Granted == Void {
    static let anyone = Access(audience: .anyone, scope: nil) { _ in }
}

extension Access where Granted == Person {
    /// Whoever is signed in; the handler gets that person.
    static func signedIn(_ scope: Scope?) -> Access {
        Access(audience: .signedIn, scope: scope) { try $0.requirePrincipal().person }
    }

    static func roles(_ roles: Set<Person.Role>, _ scope: Scope?) -> Access {
        Access(audience: .roles(roles), scope: scope) { try $0.requirePrincipal().person }
    }
}

extension Access {
    /// A resource, as `find` gives it to those who may do this to it; for all others `find` throws `Problem.notFound`,
    /// as for one that is not there.
    static func resource(
        _ scope: Scope?, roles: Set<Person.Role>? = nil,
        _ find: @escaping @Sendable (Policy, Call, Person) async throws -> Granted
    ) -> Access {
        Access(audience: roles.map { .roles($0) } ?? .signedIn, scope: scope) { call in
            try await find(call.policy, call, call.requirePrincipal().person)
        }
    }
}
