import Domain
import Foundation
import Testing

@testable import Posture

@Suite struct RecognitionTests {
    private let course = Course(reps: 5)

    private func track(_ pose: @escaping (Double) -> StickFigure.Pose) -> PoseTrack {
        StickFigure(noise: 0.3).track(course.seconds) { pose(course.value($0)) }
    }

    @Test("An exercise that nobody named is proposed and judged")
    func proposes() throws {
        let moves: [(ExerciseID, (Double) -> StickFigure.Pose)] = [
            (.squat, { .squat($0) }), (.bicepsCurl, { .curl($0) }), (.pushUp, { .pushUp($0) }),
        ]
        for (exercise, pose) in moves {
            let report = try track(pose).report(nil)
            #expect(report.recognition?.proposed == exercise)
            #expect((report.recognition?.confidence ?? 0) >= 0.6)
            #expect(report.exercise == exercise)
            #expect(report.reps.count == 5)
            #expect(report.isGeneric == false)
        }
    }

    @Test("A movement that is none of them is none of them, and gets angles and reps all the same")
    func noneFits() throws {
        // Kicks of one straight leg, backwards and forwards, the trunk leaning against it.
        let report = try track { way in
            StickFigure.Pose(shank: 0, thigh: 0, trunk: 60 * way, upperArm: 150 * way, forearm: 40 * way)
        }.report(nil)
        #expect(report.recognition != nil)
        #expect(report.recognition?.proposed == nil)
        #expect(report.exercise == .generic && report.isGeneric == true)
        #expect(report.reps.count == 5)
        #expect(report.findings.isEmpty)
        #expect(!(report.rangeOfMotion ?? []).isEmpty)
        #expect(report.summary.text.contains("no rules"))
    }

    @Test("What was named is not guessed at")
    func named() throws {
        #expect(try track { .squat($0) }.report(.squat).recognition == nil)
    }

    @Test("An exercise of a trainer's own without rules counts on the joint that repeats")
    func generic() throws {
        let own = try #require(ExerciseID(rawValue: "leg-extension"))
        let report = try track { way in StickFigure.Pose(shank: 60 * way) }.report(own)
        #expect(report.exercise == own && report.isGeneric == true)
        #expect(report.reps.filter { $0.kind == .full }.count == 5)
        #expect(report.notAssessable.contains { $0.rule == "leg-extension.form" })
    }

    @Test("Somebody who stands still does nothing")
    func still() throws {
        let report = try track { _ in StickFigure.Pose() }.report(.generic)
        #expect(report.reps.isEmpty)
    }
}
