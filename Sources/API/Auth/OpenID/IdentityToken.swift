import Foundation
import JWTKit

/// The claims of an ID token (OpenID Connect Core 1.0 §2), and whether they may be believed.
struct IdentityToken: JWTPayload {
    var issuer: String
    var subject: String
    var audience: AudienceClaim
    var authorizedParty: String?
    var expires: ExpirationClaim
    var issuedAt: IssuedAtClaim?
    var notBefore: NotBeforeClaim?
    var nonce: String?
    var email: String?
    var isEmailVerified: FlexibleFlag?
    var firstName: String?
    var lastName: String?

    enum CodingKeys: String, CodingKey {
        case issuer = "iss"
        case subject = "sub"
        case audience = "aud"
        case authorizedParty = "azp"
        case expires = "exp"
        case issuedAt = "iat"
        case notBefore = "nbf"
        case nonce, email
        case isEmailVerified = "email_verified"
        case firstName = "given_name"
        case lastName = "family_name"
    }

    /// Seconds that the two clocks may differ.
    static let leeway = 60.0

    /// The address, if the provider vouches for it.
    var verifiedEmail: String? { isEmailVerified?.value == true ? email?.lowercased() : nil }

    /// What the signature does not say: `check` does it, since it needs to know what was expected.
    func verify(using algorithm: some JWTAlgorithm) throws {}

    /// All of §3.1.3.7 that is not the signature.
    func check(issuer expected: String, clientID: String, nonce sent: String, now: Date) throws(OpenIDFailure) {
        guard issuer == expected else { throw .refused("the token is of another issuer") }
        guard audience.value.contains(clientID) else { throw .refused("the token is for another audience") }
        if audience.value.count > 1 || authorizedParty != nil {
            guard authorizedParty == clientID else { throw .refused("the token was given to another party") }
        }
        guard now < expires.value.addingTimeInterval(Self.leeway) else { throw .refused("the token has expired") }
        if let notBefore, now.addingTimeInterval(Self.leeway) < notBefore.value {
            throw .refused("the token is not valid yet")
        }
        if let issuedAt, now.addingTimeInterval(Self.leeway) < issuedAt.value {
            throw .refused("the token was issued in the future")
        }
        guard let nonce, nonce == sent else { throw .refused("the token is of another sign-in (nonce)") }
        guard !subject.isEmpty, subject.utf8.count <= 255 else { throw .refused("the token names no subject") }
    }
}

/// `true`, which some providers write as "true".
struct FlexibleFlag: Codable, Sendable {
    var value: Bool

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = try (try? container.decode(Bool.self)) ?? (container.decode(String.self) == "true")
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

/// The header of a token, before anything of it is believed.
struct TokenHeader: Decodable {
    var alg: String
    var kid: String?

    /// Signatures by a key pair only: with `none` or a shared key anybody could sign.
    static let algorithms: Set<String> = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ]

    init(of token: String) throws(OpenIDFailure) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.decode(String(parts[0])),
            let header = try? JSONDecoder().decode(TokenHeader.self, from: Data(bytes))
        else { throw .refused("the token is malformed") }
        guard Self.algorithms.contains(header.alg) else {
            throw .refused("the token's algorithm is not accepted: \(header.alg.prefix(20))")
        }
        self = header
    }
}
