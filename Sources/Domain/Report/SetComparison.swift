/// A set as it was done against the set as it was prescribed.
package struct SetComparison: Codable, Equatable, Sendable {
    package enum Agreement: String, Codable, Sendable {
        case met
        case below
        case above
        /// Nothing was asked for, so nothing is compared.
        case notPrescribed = "not_prescribed"
        /// It was asked for, but the clip does not show it.
        case notMeasured = "not_measured"
    }

    /// One number; `prescribed` in words (`12-16`, `X`), nil when nothing was asked for.
    package struct Item: Codable, Equatable, Sendable {
        package var prescribed: String?
        package var performed: Double?
        package var agreement: Agreement

        package init(prescribed: String?, performed: Double?, agreement: Agreement) {
            (self.prescribed, self.performed, self.agreement) = (prescribed, performed, agreement)
        }
    }

    /// Full reps.
    package var reps: Item
    /// Eccentric, pause after it, concentric, pause after it; the median over the full reps, seconds.
    package var tempo: [Item]
    /// Seconds in the zone.
    package var hold: Item
    /// Seconds from the last rep to the end of the clip are no rest: one clip shows one set.
    package var rest: Item

    package init(reps: Item, tempo: [Item], hold: Item, rest: Item) {
        (self.reps, self.tempo, self.hold, self.rest) = (reps, tempo, hold, rest)
    }

    /// What was asked for.
    package var prescription: SetTarget {
        let phases = tempo.compactMap(\.prescribed)
        return SetTarget(
            reps: reps.prescribed.flatMap { RepTarget($0) },
            tempo: phases.count == 4 ? TempoTarget(phases.joined(separator: "-")) : nil,
            hold: hold.prescribed.flatMap { SecondsTarget($0) }, rest: rest.prescribed.flatMap { SecondsTarget($0) })
    }

    enum CodingKeys: String, CodingKey {
        case reps
        case tempo = "tempo_s"
        case hold = "hold_s"
        case rest = "rest_s"
    }
}
