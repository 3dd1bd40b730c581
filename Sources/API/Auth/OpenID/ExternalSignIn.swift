import Postgres
import Store

/// Whom a believed token signs in: whoever has that identity; else, once, whoever was invited under the address that
/// the provider vouches for.
struct ExternalSignIn: Sendable {
    let database: any PostgresExecutor

    init(_ database: any PostgresExecutor) {
        self.database = database
    }

    func person(_ claims: IdentityToken) async throws -> Person {
        let identities = ExternalIdentities(database)
        if let known = try await identities.person(issuer: claims.issuer, subject: claims.subject) { return known }
        guard try await !identities.isKnown(issuer: claims.issuer, subject: claims.subject) else {
            throw OpenIDFailure.refused("the account is deactivated")
        }
        guard let email = claims.verifiedEmail else {
            throw OpenIDFailure.refused("the provider does not vouch for the address")
        }
        guard let invitation = try await Invitations(database).find(email: email) else {
            throw OpenIDFailure.refused("nobody was invited under this address")
        }
        let person = try await Joining(database).join(
            invitation, credential: nil, firstName: Self.name(claims.firstName, invitation.firstName),
            lastName: Self.name(claims.lastName, invitation.lastName))
        try await identities.link(issuer: claims.issuer, subject: claims.subject, to: person.id)
        try await Audit(database).record(.identityLinked, by: person.id, subject: "person \(person.id)")
        return person
    }

    /// The inviter's spelling, else the provider's, within what a profile takes.
    private static func name(_ claimed: String?, _ invited: String) -> String {
        let name = invited.isEmpty ? claimed ?? "" : invited
        return String(String.UnicodeScalarView(name.unicodeScalars.filter { $0 != "\0" }.prefix(100)))
    }
}
