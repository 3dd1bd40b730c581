package import Hummingbird
import Logging
import NIOCore
import Store

/// What a request carries from middleware to handler.
package struct AppRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The peer's IP address, for the sign-in limit.
    let address: String
    /// Who asks, if that is known.
    var principal: Principal?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
    }
}
