import Domain

/// One exercise as data: how its reps are found, what is checked, and how it is told from others.
struct ExerciseRules: Codable, Equatable, Sendable {
    /// The signal that reps are found on, apart from the angles that faults are judged by. `rest` and `turn` are its
    /// values at the ends of a full rep; which is larger says which way the signal goes.
    struct Driver: Codable, Equatable, Sendable {
        var measure: Measure
        var rest: Double
        var turn: Double
        /// Less than this is no rep, in the measure's unit.
        var minimumRange: Double

        enum CodingKeys: String, CodingKey {
            case measure, rest, turn
            case minimumRange = "minimum_range"
        }
    }

    /// A hold counts while `measure` lies in low...high and, with `maximumSpeed`, while the hips move no faster.
    struct Hold: Codable, Equatable, Sendable {
        var measure: Measure
        var low: Double
        var high: Double
        /// Torso lengths a second.
        var maximumSpeed: Double?

        enum CodingKeys: String, CodingKey {
            case measure, low, high
            case maximumSpeed = "maximum_speed"
        }
    }

    enum Phase: String, RuleWord, Sendable { case eccentric, concentric }

    /// Where the body has to be for a movement to be a rep: the median of `measure` over it lies in low...high. Keeps
    /// walking in and lying down from being counted.
    struct Position: Codable, Equatable, Sendable {
        var measure: Measure
        var low: Double
        var high: Double
    }

    /// Said of every clip of this exercise.
    struct Exclusion: Codable, Equatable, Sendable {
        var name: String
        var reason: String
    }

    var exercise: ExerciseID
    var version: String
    /// The phase from rest to turn; nil for holds.
    var firstPhase: Phase?
    /// For exercises on the floor, where the camera's view cannot be told from the shoulders.
    var declaredView: CameraView?
    /// Nil for holds.
    var driver: Driver?
    /// Where the driver moves towards the camera when it is seen from the front, and another signal shows the reps.
    var frontDriver: Driver?
    /// The joint angle that a rep's range is told by where the driver is none.
    var range: Measure?
    var position: Position?
    var hold: Hold?
    var rules: [Rule]
    var notAssessable: [Exclusion]
    /// How the exercise is told from others when nobody said what is done; without it, it is never proposed.
    var signature: [Sign]?

    func driver(in view: CameraView) -> Driver? {
        view == .front ? frontDriver ?? driver : driver
    }

    /// The angle that a rep's range is told by.
    func rangeMeasure(in view: CameraView) -> Measure? {
        guard let driver = driver(in: view) else { return nil }
        return driver.measure.unit == .degrees ? driver.measure : range
    }

    enum CodingKeys: String, CodingKey {
        case exercise, version, driver, range, position, hold, rules, signature
        case firstPhase = "first_phase"
        case frontDriver = "front_driver"
        case declaredView = "declared_view"
        case notAssessable = "not_assessable"
    }
}
