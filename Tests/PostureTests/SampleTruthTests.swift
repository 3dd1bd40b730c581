import Domain
import Foundation
import Posture
import Support
import Testing

/// The sample clips' exact joint positions in place of estimated ones: what the analysis makes of a perfect track.
@Suite struct SampleTruthTests {
    static let clips: [(clip: String, exercise: ExerciseID)] = [
        ("squat_side_5", .squat), ("pushup_side_6", .pushUp), ("curl_front_8", .bicepsCurl),
    ]

    @Test("Reps of the truth are found, on time", arguments: clips)
    func reps(clip: String, exercise: ExerciseID) throws {
        let truth = try ClipTruth.load(clip)
        let report = try analyze(truth, exercise)
        #expect(report.reps.count == truth.reps.count)
        let pairs = Array(zip(report.reps, truth.reps))
        #expect(median(pairs.map { abs($0.start - $1.start) }) <= 0.15)
        #expect(median(pairs.map { abs($0.turn - $1.bottom) }) <= 0.15)
        #expect(median(pairs.map { abs($0.end - $1.end) }) <= 0.15)
    }

    @Test("Tempo phases are those of the truth", arguments: clips)
    func tempo(clip: String, exercise: ExerciseID) throws {
        let truth = try ClipTruth.load(clip)
        let report = try analyze(truth, exercise)
        let order = ["eccentric", exercise == .bicepsCurl ? "pause_bottom" : "pause_bottom", "concentric", "pause_top"]
        let errors = zip(report.reps.dropLast(), truth.reps).flatMap { rep, expected in
            order.indices.map { abs(rep.tempo[$0] - (expected.seconds(order[$0]) ?? 0)) }
        }
        #expect(median(errors) <= 0.15)
    }

    @Test("The push-up's sagging hips are found on the reps that have them")
    func sag() throws {
        let report = try analyze(try ClipTruth.load("pushup_side_6"), .pushUp)
        let sag = try #require(report.findings.first { $0.rule == "push-up.hip_sag" })
        #expect(sag.reps == [5, 6])
        #expect(sag.value > sag.threshold)
    }

    private func analyze(_ truth: ClipTruth, _ exercise: ExerciseID) throws -> PostureReport {
        PostureAnalyzer(rules: try RuleSet.bundled()).analyze(
            truth.track, exercise: exercise, clip: .sample, provenance: .sample)
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
