import AsyncHTTPClient
import Foundation
import JWTKit
import NIOCore
import NIOHTTP1
import OpenSSL

/// The provider as we talk to it: its document and keys are cached, and keys are fetched anew when a token names one
/// that is not known, at most every ten seconds.
actor IdentityProvider {
    let configuration: OpenIDConfiguration
    private let client: HTTPClient
    private var document: (value: ProviderDocument, until: ContinuousClock.Instant)?
    private var keys: (value: [JWK], fetched: ContinuousClock.Instant)?
    private let clock = ContinuousClock()

    private static let lifetime = Duration.seconds(3600)
    private static let shortestRefresh = Duration.seconds(10)
    private static let maximumBytes = 1 << 20

    init(_ configuration: OpenIDConfiguration, client: HTTPClient) {
        self.configuration = configuration
        self.client = client
    }

    /// Discovery; what the document says of its issuer must be what was configured.
    func discover() async throws -> ProviderDocument {
        if let document, document.until > clock.now { return document.value }
        let bytes = try await get(configuration.issuer + "/.well-known/openid-configuration")
        guard let found = try? JSONDecoder().decode(ProviderDocument.self, from: bytes) else {
            throw OpenIDFailure.unavailable("the discovery document cannot be read")
        }
        guard found.issuer == configuration.issuer else {
            throw OpenIDFailure.refused("the discovery document is of another issuer")
        }
        document = (found, clock.now + Self.lifetime)
        return found
    }

    /// Where the browser goes.
    func authorizationURL(state: String, nonce: String, verifier: String) async throws -> String {
        let endpoint = try await discover().authorizationEndpoint
        let challenge = Base64URL.encode(SHA256.digest(of: Array(verifier.utf8)).bytes)
        let query = Self.form([
            ("response_type", "code"), ("client_id", configuration.clientID),
            ("redirect_uri", configuration.redirectURI), ("scope", "openid email profile"), ("state", state),
            ("nonce", nonce), ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ])
        return endpoint + (endpoint.contains("?") ? "&" : "?") + query
    }

    private struct Tokens: Decodable { var id_token: String }

    /// The code for an ID token, by the back channel.
    func exchange(code: String, verifier: String) async throws -> String {
        let document = try await discover()
        var request = HTTPClientRequest(url: document.tokenEndpoint)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "Accept", value: "application/json")
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", configuration.redirectURI),
            ("code_verifier", verifier),
        ]
        if document.takesBasicAuthentication {
            let pair = Self.escape(configuration.clientID) + ":" + Self.escape(configuration.clientSecret)
            request.headers.add(name: "Authorization", value: "Basic " + Data(pair.utf8).base64EncodedString())
        } else {
            fields += [("client_id", configuration.clientID), ("client_secret", configuration.clientSecret)]
        }
        request.body = .bytes(ByteBuffer(string: Self.form(fields)))
        let bytes = try await send(request, refusal: "the provider refused the code")
        guard let tokens = try? JSONDecoder().decode(Tokens.self, from: bytes) else {
            throw OpenIDFailure.refused("the provider gave no ID token")
        }
        return tokens.id_token
    }

    /// The claims of a token whose signature and every field hold.
    func verify(_ token: String, nonce: String, now: Date = Date()) async throws -> IdentityToken {
        let header = try TokenHeader(of: token)
        let key = try await key(for: header)
        let claims: IdentityToken
        do {
            let collection = JWTKeyCollection()
            try await collection.add(jwk: key)
            claims = try await collection.verify(token, as: IdentityToken.self)
        } catch { throw OpenIDFailure.refused("the token's signature or form does not hold: \(error)") }
        try claims.check(
            issuer: configuration.issuer, clientID: configuration.clientID, nonce: nonce, now: now)
        return claims
    }

    /// The key that the token names; without a name, the only one there is. It signs by the token's algorithm if it
    /// names none itself.
    private func key(for header: TokenHeader) async throws -> JWK {
        if let key = try match(await loadKeys(olderThan: Self.lifetime), header) { return key }
        // A provider that has changed its keys.
        if let key = try match(await loadKeys(olderThan: Self.shortestRefresh), header) { return key }
        throw OpenIDFailure.refused("the token's key is not one of the provider's")
    }

    private func match(_ keys: [JWK], _ header: TokenHeader) throws -> JWK? {
        let named = header.kid.map { kid in keys.filter { $0.keyIdentifier?.string == kid } } ?? keys
        guard named.count == 1, var key = named.first, key.privateExponent == nil else { return nil }
        if let algorithm = key.algorithm, algorithm.rawValue != header.alg {
            throw OpenIDFailure.refused("the token's algorithm is not that of its key")
        }
        key.algorithm = JWK.Algorithm(rawValue: header.alg)
        key.keyIdentifier = JWKIdentifier(string: header.kid ?? "only")
        return key
    }

    private struct KeySet: Decodable {
        var keys: [JWK]

        private struct Lenient: Decodable {
            var key: JWK?
            init(from decoder: any Decoder) throws { key = try? JWK(from: decoder) }
        }
        enum CodingKeys: CodingKey { case keys }

        /// Keys of kinds that are not known are passed over.
        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            keys = try container.decode([Lenient].self, forKey: .keys).compactMap(\.key)
        }
    }

    private func loadKeys(olderThan age: Duration) async throws -> [JWK] {
        if let keys, clock.now - keys.fetched < age { return keys.value }
        let bytes = try await get(try await discover().keysURL)
        guard let set = try? JSONDecoder().decode(KeySet.self, from: bytes) else {
            throw OpenIDFailure.unavailable("the provider's keys cannot be read")
        }
        keys = (set.keys, clock.now)
        return set.keys
    }

    private func get(_ url: String) async throws -> Data {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "Accept", value: "application/json")
        return try await send(request, refusal: "the provider's answer is no success")
    }

    private func send(_ request: HTTPClientRequest, refusal: String) async throws -> Data {
        let status: UInt
        let body: ByteBuffer
        do {
            let response = try await client.execute(request, timeout: .seconds(10))
            status = response.status.code
            body = try await response.body.collect(upTo: Self.maximumBytes)
        } catch { throw OpenIDFailure.unavailable("the provider cannot be reached: \(error)") }
        guard (200..<300).contains(status) else {
            throw OpenIDFailure(kind: status >= 500 ? .unavailable : .refused, reason: "\(refusal) (\(status))")
        }
        return Data(body.readableBytesView)
    }

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\(escape($0.1))" }.joined(separator: "&")
    }

    private static func escape(_ text: String) -> String {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
