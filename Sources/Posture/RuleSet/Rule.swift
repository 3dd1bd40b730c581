import Domain

/// One check: a measure, the part of the rep it is taken over, and the threshold. Several checks may share a name: then
/// they are one rule with several signs, such as a knee that bends too little or too much.
struct Rule: Codable, Equatable, Sendable {
    /// Which part of a rep counts.
    enum Part: String, RuleWord, Sendable {
        case rep
        /// Around the held extreme.
        case turn
        /// Around both ends.
        case rest
        /// The first third of the way back from the turn.
        case back
        /// All of a hold.
        case hold
    }

    /// Which value of that part counts.
    enum Pick: String, RuleWord, Sendable { case min, max, median }

    /// On which side of the threshold it is a fault.
    enum Side: String, RuleWord, Sendable { case above, below }

    var name: String
    var measure: Measure
    var part: Part
    var pick: Pick
    var fires: Side
    var threshold: Double
    /// Beyond this it is major; nil: always minor.
    var major: Double?
    var unit: MeasureUnit
    /// Seconds that the value has to stay beyond the threshold.
    var minimumHold: Double
    /// As a change from the value at the rep's start.
    var relative: Bool?
    /// Worth knowing, but no fault.
    var information: Bool?
    /// One standard uncertainty in `unit` with the joints well seen; nil: the general one for angles.
    var uncertainty: Double?
    var views: [CameraView]
    var cue: String
    /// Where the threshold comes from; `D`: a design value of this project.
    var source: String

    enum CodingKeys: String, CodingKey {
        case name, measure, part, pick, fires, threshold, major, unit
        case minimumHold = "minimum_hold_s"
        case relative, information, uncertainty, views, cue, source
    }
}
