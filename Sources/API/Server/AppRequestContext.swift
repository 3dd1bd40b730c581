package import Hummingbird
import Logging
import NIOCore
import Store

/// What a request carries from middleware to handler.
package struct AppRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The peer's IP address, for the sign-in limit.
    let address: String
    /// Who is signed in, if anyone.
    var person: Person?
    /// The secret of the session that says so.
    var sessionSecret: String?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
    }

    /// Who is signed in; 401 otherwise.
    func requirePerson() throws -> Person {
        guard let person else { throw Problem.signInNeeded }
        return person
    }
}
