import HTTPTypes
import Postgres
import Store

/// Turns an invitation into a person, once.
struct Joining: Sendable {
    let database: any PostgresExecutor

    init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// 409 when the address is somebody's already: that person signs in and joins.
    func join(
        _ invitation: Invitations.Invitation, credential: People.Credential?, firstName: String? = nil,
        lastName: String? = nil, timeZone: String? = nil
    ) async throws -> Person {
        let people = People(database)
        guard try await !people.isTaken(email: invitation.email) else {
            throw Problem(
                .conflict, "address_taken", "There is an account with this address. Sign in, then open the link again.")
        }
        let added = try await people.add(
            email: invitation.email, firstName: firstName ?? invitation.firstName,
            lastName: lastName ?? invitation.lastName, role: invitation.role, credential: credential)
        let zone = People.ProfileChange(firstName: nil, lastName: nil, instagram: nil, timeZone: timeZone)
        let person = try await people.edit(added.id, zone, version: nil) ?? added
        try await Audit(database).record(.joined, by: person.id, subject: "invitation \(invitation.id)")
        if person.role == .client {
            try await relate(invitation, client: person.id)
        } else {
            try await Invitations(database).markAccepted(invitation.id)
        }
        return person
    }

    /// Makes somebody who is there already the client of who invited them.
    func relate(_ invitation: Invitations.Invitation, client: Int64) async throws {
        try await People(database).relate(trainer: invitation.invitedBy, client: client)
        try await Invitations(database).markAccepted(invitation.id)
        try await Audit(database).record(.relationBegan, by: client, subject: "trainer \(invitation.invitedBy)")
    }
}
