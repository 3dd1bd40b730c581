/// The feedback on one clip: what was done, what was found, what could not be judged. The JSON keys are part of the
/// product's interface (`pthub analyze --json`, the results cache, the archive).
package struct PostureReport: Codable, Equatable, Sendable {
    package var clip: ClipFacts
    package var provenance: Provenance
    package var exercise: ExerciseID
    package var view: CameraView
    package var reps: [Rep]
    package var findings: [Finding]
    package var notAssessable: [NotAssessable]
    package var summary: Summary
    // What reports of before 2026-11-25 do not have is optional.
    /// True: the exercise has no rule set, so nothing was judged and reps are those of the most periodic joint.
    package var isGeneric: Bool?
    package var rangeOfMotion: [RangeOfMotion]?
    package var symmetry: [Symmetry]?
    /// Nil with fewer than three full reps.
    package var drift: Drift?
    /// Nil when the clip belongs to no prescribed set.
    package var comparison: SetComparison?
    /// Nil when the exercise was named.
    package var recognition: Recognition?

    package init(
        clip: ClipFacts, provenance: Provenance, exercise: ExerciseID, view: CameraView, reps: [Rep],
        findings: [Finding], notAssessable: [NotAssessable], summary: Summary
    ) {
        self.clip = clip
        self.provenance = provenance
        self.exercise = exercise
        self.view = view
        self.reps = reps
        self.findings = findings
        self.notAssessable = notAssessable
        self.summary = summary
    }

    enum CodingKeys: String, CodingKey {
        case clip, provenance, exercise, view, reps, findings
        case notAssessable = "not_assessable"
        case summary
        case isGeneric = "generic"
        case rangeOfMotion = "range_of_motion"
        case symmetry, drift
        case comparison = "prescription"
        case recognition
    }
}

/// From where the camera saw the person over the active part of the clip.
package enum CameraView: String, Codable, Sendable {
    case side, front, oblique, unknown
}

/// What was measured of the clip itself. Width and height are of the displayed (rotated) picture, in pixels.
package struct ClipFacts: Codable, Equatable, Sendable {
    package var sha256: String
    package var width: Int
    package var height: Int
    /// Clockwise quarter turns that were applied, in degrees: 0, 90, 180 or 270.
    package var rotation: Int
    /// Seconds from the first presentation time to the end of the last frame.
    package var duration: Double
    package var frames: Int
    package var codec: String

    package init(
        sha256: String, width: Int, height: Int, rotation: Int, duration: Double, frames: Int, codec: String
    ) {
        self.sha256 = sha256
        self.width = width
        self.height = height
        self.rotation = rotation
        self.duration = duration
        self.frames = frames
        self.codec = codec
    }

    enum CodingKeys: String, CodingKey {
        case sha256, width, height, rotation
        case duration = "duration_s"
        case frames, codec
    }
}

/// What made a report: with the same values the same clip gives the same bytes on one machine.
package struct Provenance: Codable, Equatable, Sendable {
    package struct Kernel: Codable, Equatable, Sendable {
        package var isa: String
        package var precision: String

        package init(isa: String, precision: String) {
            (self.isa, self.precision) = (isa, precision)
        }
    }

    package struct ModelDigests: Codable, Equatable, Sendable {
        package var poseDetection: String
        package var poseLandmark: String

        package init(poseDetection: String, poseLandmark: String) {
            (self.poseDetection, self.poseLandmark) = (poseDetection, poseLandmark)
        }

        enum CodingKeys: String, CodingKey {
            case poseDetection = "pose_detection"
            case poseLandmark = "pose_landmark_full"
        }
    }

    package var program: String
    package var modelSHA256: ModelDigests
    package var kernel: Kernel
    package var rulesVersion: String

    package init(program: String, modelSHA256: ModelDigests, kernel: Kernel, rulesVersion: String) {
        self.program = program
        self.modelSHA256 = modelSHA256
        self.kernel = kernel
        self.rulesVersion = rulesVersion
    }

    enum CodingKeys: String, CodingKey {
        case program
        case modelSHA256 = "model_sha256"
        case kernel
        case rulesVersion = "rules_version"
    }
}

/// One repetition. Times are presentation seconds; the pause after the return is not part of it.
package struct Rep: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable { case full, partial, attempt }

    /// From 1.
    package var index: Int
    package var kind: Kind
    package var start: Double
    /// The held extreme's middle.
    package var turn: Double
    package var end: Double
    /// Range of motion of the driver angle, degrees.
    package var range: Double
    /// Seconds: eccentric, pause after it, concentric, pause after it, whatever phase comes first in time.
    package var tempo: [Double]
    /// 0...1: how surely this was a rep of this exercise as it stands here.
    package var confidence: Double?
    /// What lowered the confidence most, in words; nil when nothing did.
    package var doubt: String?

    package init(
        index: Int, kind: Kind, start: Double, turn: Double, end: Double, range: Double, tempo: [Double],
        confidence: Double? = nil, doubt: String? = nil
    ) {
        self.index = index
        self.kind = kind
        self.start = start
        self.turn = turn
        self.end = end
        self.range = range
        self.tempo = tempo
        self.confidence = confidence
        self.doubt = doubt
    }

    enum CodingKeys: String, CodingKey {
        case index, kind, confidence, doubt
        case start = "start_s"
        case turn = "turn_s"
        case end = "end_s"
        case range = "range_deg"
        case tempo = "tempo_s"
    }
}

/// A fault that was seen, with its evidence.
package struct Finding: Codable, Equatable, Sendable {
    package enum Severity: String, Codable, Sendable {
        /// Worth knowing, no fault.
        case info
        case minor, major
    }

    /// A time span in presentation seconds.
    package struct Span: Codable, Equatable, Sendable {
        package var start: Double
        package var end: Double

        package init(start: Double, end: Double) {
            (self.start, self.end) = (start, end)
        }

        package init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            start = try pair.decode(Double.self)
            end = try pair.decode(Double.self)
        }

        /// Written as a pair: `[start, end]`.
        package func encode(to encoder: any Encoder) throws {
            var pair = encoder.unkeyedContainer()
            try pair.encode(start)
            try pair.encode(end)
        }
    }

    /// `exercise.name`, as in the rules.
    package var rule: String
    /// Of the rule file that said so, with a trainer's overrides named behind a plus.
    package var ruleVersion: String?
    package var severity: Severity
    /// Indices of the reps on which it was seen.
    package var reps: [Int]
    package var spans: [Span]
    /// The worst value seen, in `unit`.
    package var value: Double
    package var threshold: Double
    package var unit: String
    /// One standard uncertainty of `value`, in `unit`.
    package var uncertainty: Double
    package var cue: String
    /// Where the threshold comes from; `D` is a design value of this project.
    package var source: String
    /// Presentation time of the frame that shows it best, seconds.
    package var keyFrame: Double

    package init(
        rule: String, severity: Severity, reps: [Int], spans: [Span], value: Double, threshold: Double, unit: String,
        uncertainty: Double, cue: String, source: String, keyFrame: Double, ruleVersion: String? = nil
    ) {
        self.rule = rule
        self.ruleVersion = ruleVersion
        self.severity = severity
        self.reps = reps
        self.spans = spans
        self.value = value
        self.threshold = threshold
        self.unit = unit
        self.uncertainty = uncertainty
        self.cue = cue
        self.source = source
        self.keyFrame = keyFrame
    }

    enum CodingKeys: String, CodingKey {
        case rule
        case ruleVersion = "rule_version"
        case severity, reps
        case spans = "spans_s"
        case value, threshold, unit, uncertainty, cue, source
        case keyFrame = "key_frame_s"
    }
}

/// A rule that could not be judged, and why, in words for trainer and client.
package struct NotAssessable: Codable, Equatable, Sendable {
    package var rule: String
    package var reason: String

    package init(rule: String, reason: String) {
        (self.rule, self.reason) = (rule, reason)
    }
}

/// The numbers at the top of the page.
package struct Summary: Codable, Equatable, Sendable {
    /// Full reps; partial reps and attempts are counted beside them.
    package var fullReps: Int
    package var partialReps: Int
    package var attempts: Int
    /// Median over the full reps, degrees; nil without one.
    package var medianRange: Double?
    /// Median over the full reps, seconds a phase; nil without one.
    package var medianTempo: [Double]?
    /// Seconds in the zone of a hold; nil for exercises that are counted.
    package var hold: Double?
    /// Share of the frames on which a person was found, 0...1.
    package var detected: Double
    /// 0...1: how far the count can be trusted, lowered when a cross-check disagrees.
    package var confidence: Double
    /// One sentence for people.
    package var text: String

    package init(
        fullReps: Int, partialReps: Int, attempts: Int, medianRange: Double?, medianTempo: [Double]?, hold: Double?,
        detected: Double, confidence: Double, text: String
    ) {
        self.fullReps = fullReps
        self.partialReps = partialReps
        self.attempts = attempts
        self.medianRange = medianRange
        self.medianTempo = medianTempo
        self.hold = hold
        self.detected = detected
        self.confidence = confidence
        self.text = text
    }

    enum CodingKeys: String, CodingKey {
        case fullReps = "full_reps"
        case partialReps = "partial_reps"
        case attempts
        case medianRange = "median_range_deg"
        case medianTempo = "median_tempo_s"
        case hold = "hold_s"
        case detected, confidence, text
    }
}
