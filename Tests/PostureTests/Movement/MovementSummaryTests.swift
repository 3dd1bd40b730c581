import Domain
import Foundation
import Testing

@testable import Posture

@Suite struct MovementSummaryTests {
    private let course = Course(reps: 5)

    @Test("Range of motion is that of the joints")
    func rangeOfMotion() throws {
        let report = try StickFigure().track(course.seconds) { .squat(0.8 * course.value($0)) }.report(.squat)
        let knee = try #require(report.rangeOfMotion?.first { $0.joint == "knee" })
        #expect(abs(knee.low - 80) < 3 && abs(knee.high - 180) < 3)
    }

    @Test("Left and right are compared from the front by the published formula")
    func symmetry() throws {
        let track = StickFigure(azimuth: 0).track(course.seconds) { time in
            StickFigure.Pose(upperArm: 0, forearm: 0)
        }.mapped { index, frame in
            // Arms raised sideways, the right one three quarters as far.
            let way = course.value(Double(index) / 30)
            for (side, share) in [(0, 1.0), (1, 0.75)] {
                let shoulder = frame.raw[BodyLandmark.leftShoulder.rawValue + side]
                let angle = 140 * way * share * Double.pi / 180
                let sign: Double = side == 0 ? 1 : -1
                for (joint, reach) in [(BodyLandmark.leftElbow, 0.11), (.leftWrist, 0.21)] {
                    frame.raw[joint.rawValue + side].x = shoulder.x + Float(sign * reach * sin(angle))
                    frame.raw[joint.rawValue + side].y = shoulder.y + Float(reach * cos(angle))
                }
            }
        }
        let report = try track.report(.jumpingJack)
        #expect(report.view == .front)
        let shoulder = try #require(report.symmetry?.first { $0.joint == "shoulder" })
        #expect(abs(shoulder.left - 140) < 6 && abs(shoulder.right - 105) < 6)
        #expect(abs(shoulder.asymmetry - 0.25) < 0.03)
        #expect(shoulder.formula == "|L - R| / max(L, R)")
    }

    @Test("From the side left and right cannot be compared, and it is said")
    func sideView() throws {
        let report = try StickFigure().track(course.seconds) { .squat(course.value($0)) }.report(.squat)
        #expect(report.symmetry == [])
        #expect(report.notAssessable.contains { $0.rule == "squat.symmetry" && $0.reason.contains("front") })
    }

    @Test("Drift goes from the first to the last rep and forgives one odd one")
    func drift() throws {
        func rep(_ index: Int, seconds: Double, range: Double) -> Rep {
            Rep(
                index: index, kind: .full, start: 0, turn: 1, end: 2, range: range, tempo: [seconds, 0, seconds, 0])
        }
        let reps = (0..<6).map { rep($0 + 1, seconds: 1 + 0.1 * Double($0), range: 100 - 2 * Double($0)) }
        let drift = try #require(MovementSummary.drift(reps))
        #expect(drift.reps == 6 && drift.duration == 50 && drift.range == -10)
        #expect(drift.speed < -35 && drift.speed > -45)
        var odd = reps
        odd[2] = rep(3, seconds: 5, range: 20)
        #expect(abs((MovementSummary.drift(odd)?.duration ?? 0) - 50) < 8)
        #expect(MovementSummary.drift(Array(reps.prefix(2))) == nil)
        #expect(
            MovementSummary.drift(
                reps.map {
                    var r = $0; r.kind = .partial; return r
                }) == nil)
    }

    @Test("A rep's confidence falls with what speaks against it, and the strongest reason is told")
    func confidence() {
        let rep = Rep(index: 1, kind: .full, start: 0, turn: 1, end: 2, range: 100, tempo: [1, 0, 1, 0])
        func judge(_ rep: Rep, seen: Double = 1, period: Double? = 0, angled: Bool = false) -> Rep {
            RepConfidence(
                seen: [seen], isAngled: angled, periodDifference: period, usualRange: 100, usualSeconds: 2
            ).judge([rep])[0]
        }
        #expect(judge(rep).confidence == 1 && judge(rep).doubt == nil)
        #expect(judge(rep, seen: 0.5).doubt?.contains("hidden") == true)
        #expect(judge(rep, period: 2).doubt?.contains("rhythm") == true)
        #expect(judge(rep, period: 1).doubt == nil)
        #expect(judge(rep, angled: true).doubt?.contains("angle") == true)
        var attempt = rep
        attempt.kind = .attempt
        #expect(judge(attempt, angled: true).doubt?.contains("half") == true)
        #expect((judge(attempt, angled: true).confidence ?? 1) < (judge(attempt).confidence ?? 0))
    }
}
