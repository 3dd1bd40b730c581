import Domain

/// Reasons why something could not be judged, and how to film next time.
enum Advice {
    static let hidden =
        "The joints it needs were out of the picture or hidden most of the time. Film the whole body, head to feet."
    static let noReps = "No repetition was found in the clip."
    static let noHold = "No hold of the position was found in the clip."

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
