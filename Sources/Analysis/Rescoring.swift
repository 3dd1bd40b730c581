package import Domain
package import Posture

/// Today's rules over a pose track that was kept, without decoding the clip again.
package struct Rescoring: Sendable {
    private let rules: RuleSet

    package init(rules: RuleSet) {
        self.rules = rules
    }

    /// What the new report is about.
    package enum Exercise: Sendable {
        /// The old report's.
        case same
        case named(ExerciseID)
        /// The likeliest.
        case recognised
    }

    /// The facts of the clip, the models and the prescribed set are those of the old report, unless a prescription is
    /// given.
    package func report(
        _ track: PoseTrack, old: PostureReport, exercise: Exercise = .same, prescription: SetTarget? = nil
    ) -> PostureReport {
        report(track, old, exercise, prescription ?? old.comparison?.prescription)
    }

    private func report(
        _ track: PoseTrack, _ old: PostureReport, _ exercise: Exercise, _ prescription: SetTarget?
    ) -> PostureReport {
        var provenance = old.provenance
        provenance.rulesVersion = rules.version
        provenance.program = ClipAnalyzer.programVersion
        let id: ExerciseID? =
            switch exercise {
            case .same: old.exercise
            case .named(let id): id
            case .recognised: nil
            }
        return PostureAnalyzer(rules: rules).analyze(
            track, exercise: id, clip: old.clip, provenance: provenance,
            prescription: prescription)
    }

    /// The bytes of a report from those of a track and its old report, with what is known of the clip now.
    package func json(track: [UInt8], report: [UInt8], judging: Judging) throws -> [UInt8] {
        let old = try ReportEncoding.report(from: report)
        let frames = try TrackDecoding.track(
            track, width: old.clip.width, height: old.clip.height, smoothed: false)
        let exercise = judging.exercise.map { Exercise.named($0) } ?? .recognised
        return ReportEncoding.json(self.report(frames, old, exercise, judging.prescription))
    }
}
