/// A landmark in the displayed (rotated) image: x and y normalised to its width and height, z scaled like x,
/// visibility a probability.
package struct Landmark: Equatable, Sendable, BitwiseCopyable {
    package var x: Float
    package var y: Float
    package var z: Float
    package var visibility: Float

    package init(x: Float, y: Float, z: Float, visibility: Float) {
        (self.x, self.y, self.z, self.visibility) = (x, y, z, visibility)
    }
}

/// A landmark in metres, origin between the hips, y down.
package struct WorldLandmark: Equatable, Sendable, BitwiseCopyable {
    package var x: Float
    package var y: Float
    package var z: Float

    package init(x: Float, y: Float, z: Float) {
        (self.x, self.y, self.z) = (x, y, z)
    }
}

/// The square of the picture that the landmark network sees: centre and size normalised to the image's width (x, w)
/// and height (y, h), rotation in radians, clockwise positive on the screen.
package struct RegionOfInterest: Equatable, Sendable, BitwiseCopyable {
    package var centreX: Float
    package var centreY: Float
    package var width: Float
    package var height: Float
    package var rotation: Float

    package init(centreX: Float, centreY: Float, width: Float, height: Float, rotation: Float) {
        (self.centreX, self.centreY, self.width, self.height, self.rotation) =
            (centreX, centreY, width, height, rotation)
    }
}

/// What the tracker says of one frame.
package struct PoseFrame: Equatable, Sendable {
    /// Presentation time in seconds from the start of the clip.
    package var time: Double
    /// Whether a person was found: when false the landmark arrays are empty.
    package var detected: Bool
    /// The landmark network's pose flag, a probability; 0 when the network did not run.
    package var flag: Float
    /// The region that was cropped; nil when the detector found nobody.
    package var region: RegionOfInterest?
    /// 33 landmarks smoothed as the reference does.
    package var landmarks: [Landmark]
    /// 33 world landmarks smoothed as the reference does.
    package var world: [WorldLandmark]
    /// 33 landmarks before smoothing: what posture analysis uses.
    package var raw: [Landmark]

    package init(
        time: Double, detected: Bool, flag: Float, region: RegionOfInterest?,
        landmarks: [Landmark], world: [WorldLandmark], raw: [Landmark]
    ) {
        self.time = time
        self.detected = detected
        self.flag = flag
        self.region = region
        self.landmarks = landmarks
        self.world = world
        self.raw = raw
    }

    /// A frame on which nobody was found.
    package static func lost(time: Double, flag: Float = 0, region: RegionOfInterest? = nil) -> PoseFrame {
        PoseFrame(time: time, detected: false, flag: flag, region: region, landmarks: [], world: [], raw: [])
    }
}

/// The pose of one person over a whole clip.
package struct PoseTrack: Equatable, Sendable {
    /// Size of the displayed (rotated) picture in pixels.
    package var width: Int
    package var height: Int
    package var frames: [PoseFrame]

    package init(width: Int, height: Int, frames: [PoseFrame]) {
        (self.width, self.height, self.frames) = (width, height, frames)
    }
}
