import Domain
import Support

@testable import Posture

extension PoseTrack {
    /// The report on this track by the bundled rules.
    func report(
        _ exercise: ExerciseID?, rules: RuleSet? = nil, prescription: SetTarget? = nil
    ) throws -> PostureReport {
        PostureAnalyzer(rules: try rules ?? RuleSet.bundled()).analyze(
            self, exercise: exercise, clip: .sample, provenance: .sample, prescription: prescription)
    }

    /// Changes every frame; the index comes with it.
    func mapped(_ change: (Int, inout PoseFrame) -> Void) -> PoseTrack {
        var result = self
        for index in frames.indices { change(index, &result.frames[index]) }
        return result
    }

    func series(_ rules: RuleSet) -> LandmarkSeries { LandmarkSeries(self, rules.signal) }
}

extension PoseFrame {
    subscript(landmark: BodyLandmark) -> Landmark {
        get { raw[landmark.rawValue] }
        set { raw[landmark.rawValue] = newValue }
    }

    mutating func hide(_ landmarks: [BodyLandmark]) {
        for landmark in landmarks { self[landmark].visibility = 0.05 }
    }

    mutating func exchangeSides() {
        for left in BodyLandmark.allCases where "\(left)".hasPrefix("left") {
            guard let right = BodyLandmark.allCases.first(where: { "\($0)" == "right" + "\(left)".dropFirst(4) }) else {
                continue
            }
            raw.swapAt(left.rawValue, right.rawValue)
            if !world.isEmpty { world.swapAt(left.rawValue, right.rawValue) }
        }
    }
}
