import Foundation

/// What a provider says of itself (OpenID Connect Discovery 1.0 §3), as far as it matters here.
struct ProviderDocument: Decodable, Sendable {
    var issuer: String
    var authorizationEndpoint: String
    var tokenEndpoint: String
    var keysURL: String
    var tokenAuthentication: [String]?

    enum CodingKeys: String, CodingKey {
        case issuer
        case authorizationEndpoint = "authorization_endpoint"
        case tokenEndpoint = "token_endpoint"
        case keysURL = "jwks_uri"
        case tokenAuthentication = "token_endpoint_auth_methods_supported"
    }

    /// The default of the standard is `client_secret_basic`.
    var takesBasicAuthentication: Bool { tokenAuthentication?.contains("client_secret_basic") ?? true }
}

/// Why a sign-in by the provider did not come about; logged, and told to the user in one sentence.
struct OpenIDFailure: Error {
    enum Kind: Sendable {
        /// The provider cannot be reached or speaks in riddles: try again later.
        case unavailable
        /// A field is not what it must be.
        case refused
    }

    var kind: Kind
    var reason: String

    static func refused(_ reason: String) -> OpenIDFailure { OpenIDFailure(kind: .refused, reason: reason) }
    static func unavailable(_ reason: String) -> OpenIDFailure { OpenIDFailure(kind: .unavailable, reason: reason) }
}
