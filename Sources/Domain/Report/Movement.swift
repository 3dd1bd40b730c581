/// How far one joint went over the active part of the clip, degrees.
package struct RangeOfMotion: Codable, Equatable, Sendable {
    package var joint: String
    /// 5th and 95th percentile.
    package var low: Double
    package var high: Double

    package init(joint: String, low: Double, high: Double) {
        (self.joint, self.low, self.high) = (joint, low, high)
    }

    enum CodingKeys: String, CodingKey {
        case joint
        case low = "low_deg"
        case high = "high_deg"
    }
}

/// One joint's range on both sides, where the camera sees both alike. For screening only.
package struct Symmetry: Codable, Equatable, Sendable {
    /// How `asymmetry` is reckoned.
    package static let formula = "|L - R| / max(L, R)"

    package var joint: String
    /// Median range over the reps, degrees.
    package var left: Double
    package var right: Double
    /// 0...1 by `formula`.
    package var asymmetry: Double
    package var formula: String

    package init(joint: String, left: Double, right: Double, asymmetry: Double) {
        (self.joint, self.left, self.right, self.asymmetry) = (joint, left, right, asymmetry)
        formula = Self.formula
    }

    enum CodingKeys: String, CodingKey {
        case joint
        case left = "left_deg"
        case right = "right_deg"
        case asymmetry, formula
    }
}

/// How the reps changed from the first to the last full one, by a straight line through all of them (median of the
/// slopes, so that one odd rep does not bend it); per cent of the first.
package struct Drift: Codable, Equatable, Sendable {
    /// Full reps it is reckoned from, at least three.
    package var reps: Int
    /// Of the moving time: eccentric and concentric together.
    package var duration: Double
    package var range: Double
    /// Of the mean speed of the concentric phase.
    package var speed: Double

    package init(reps: Int, duration: Double, range: Double, speed: Double) {
        (self.reps, self.duration, self.range, self.speed) = (reps, duration, range, speed)
    }

    enum CodingKeys: String, CodingKey {
        case reps
        case duration = "duration_pct"
        case range = "range_pct"
        case speed = "concentric_speed_pct"
    }
}

/// Which exercise a clip looks like, when nobody said.
package struct Recognition: Codable, Equatable, Sendable {
    package struct Candidate: Codable, Equatable, Sendable {
        package var exercise: ExerciseID
        /// 0...1.
        package var confidence: Double

        package init(exercise: ExerciseID, confidence: Double) {
            (self.exercise, self.confidence) = (exercise, confidence)
        }
    }

    /// Nil when none fits.
    package var proposed: ExerciseID?
    package var confidence: Double
    /// The best three, best first.
    package var candidates: [Candidate]

    package init(proposed: ExerciseID?, confidence: Double, candidates: [Candidate]) {
        (self.proposed, self.confidence, self.candidates) = (proposed, confidence, candidates)
    }
}
