import Domain

/// One check: a measure, the part of the rep it is taken over, and the threshold.
struct Rule: Codable, Equatable, Sendable {
    /// Which part of a rep counts: all of it, around the turn, around its two ends, or the whole hold.
    enum Part: String, Codable, Sendable { case rep, turn, rest, hold }
    /// Which value of that part counts.
    enum Pick: String, Codable, Sendable { case min, max, median }
    /// On which side of the threshold it is a fault.
    enum Side: String, Codable, Sendable { case above, below }

    var name: String
    var measure: Measure
    var part: Part
    var pick: Pick
    var fires: Side
    var threshold: Double
    /// Beyond this it is major; nil: always minor.
    var major: Double?
    var unit: String
    /// As a change from the value at the rep's start.
    var relative: Bool?
    /// One standard uncertainty in `unit`; nil: the general one for angles.
    var uncertainty: Double?
    var views: [CameraView]
    var cue: String
    var source: String
}
