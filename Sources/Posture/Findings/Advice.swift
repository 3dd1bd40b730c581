import Domain

/// Reasons why something could not be judged, and how to film next time.
enum Advice {
    static let hidden =
        "The joints it needs were out of the picture or hidden most of the time. Film the whole body, head to feet."
    static let noReps = "No repetition was found in the clip."
    static let noHold = "No hold of the position was found in the clip."
    static let symmetryOfHolds = "Left and right are compared over repetitions, and this exercise is held."
    static let oneSided = "The legs do different things in this exercise, so left and right are not compared."
    static let otherPeople =
        "Somebody else was followed for part of the clip; that part was left out. Film with one person in the picture."
    static let outOfPlace =
        "There was movement, but not in the exercise's position or not on the spot. Start and end the clip in position."

    static func tooSlow(_ seconds: Double) -> String {
        "The movements took longer than \(Int(seconds)) s each. In slow motion times come out wrong: film at normal speed."
    }

    static func tooFast(_ seconds: Double) -> String {
        "The movements took less than \(seconds) s each. In fast motion times come out wrong: film at normal speed."
    }

    static func wrongView(needs: [CameraView], has: CameraView) -> String {
        let wanted = needs.contains(.side) ? "from the side" : "from the front"
        let place =
            needs.contains(.side)
            ? "Put the camera square to your side, at hip height, three metres away."
            : "Put the camera straight in front of you, at hip height, three metres away."
        let seen: String
        switch has {
        case .side: seen = "the clip was filmed from the side"
        case .front: seen = "the clip was filmed from the front"
        case .oblique: seen = "the clip was filmed at an angle, where angles come out wrong"
        case .unknown: seen = "it could not be told from where the clip was filmed"
        }
        return "It is judged \(wanted), but \(seen). \(place)"
    }
}
