import Foundation
import HTTPTypes
import Store

extension Person: SchemaDescribing {
    static let schema = Schema.object([
        .required("id", .id), .required("email", .text()), .required("first_name", .text()),
        .required("last_name", .text()), .required("role", .choice(Role.self)), .required("active", .boolean),
        .required("instagram", .text()), .required("time_zone", .text()),
    ])
}

/// The fields of a profile, wherever they are given.
enum ProfileFields {
    static let name = Schema.text(0...100)
    static let instagram = Schema.matching("(?:[A-Za-z0-9._]{1,30})?", length: 0...30)
    static let timeZone = Schema.matching("[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}", length: 1...64)
    static let password = Schema.text(8...1000)

    /// A zone that this machine knows: days are reckoned in it.
    static func check(timeZone: String?) throws(Problem) {
        guard let timeZone else { return }
        guard TimeZone(identifier: timeZone) != nil else {
            throw Problem(
                .unprocessableContent, "invalid_field", "time_zone must be a name like Europe/Berlin.",
                field: "time_zone")
        }
    }
}

/// Since when and until when one trained the other.
struct RelationView: Encodable, SchemaDescribing {
    var trainer: Person
    var since: Date
    var until: Date?

    init(_ relation: People.Relation) {
        trainer = relation.person
        since = relation.since
        until = relation.until
    }

    static let schema = Schema.object([
        .required("trainer", Person.schema), .required("since", .timestamp), .optional("until", .timestamp),
    ])
}
