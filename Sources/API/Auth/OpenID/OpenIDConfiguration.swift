/// The external identity provider, as its operator gave it to ours.
package struct OpenIDConfiguration: Sendable {
    /// The issuer exactly as the provider writes it into its tokens; discovery begins there.
    package var issuer: String
    package var clientID: String
    package var clientSecret: String
    /// Where our own pages are, without a slash at the end; the callback's URL is registered with the provider.
    package var baseURL: String

    package init(issuer: String, clientID: String, clientSecret: String, baseURL: String) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.baseURL = baseURL
    }

    static let callbackPath = "/api/v1/oidc/callback"
    var redirectURI: String { baseURL + Self.callbackPath }
}
