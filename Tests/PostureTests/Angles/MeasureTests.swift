import Domain
import Testing

@testable import Posture

@Suite struct MeasureTests {
    private let rules = try! RuleSet.bundled()

    private func value(_ measure: Measure, _ pose: StickFigure.Pose, _ view: CameraView = .side, azimuth: Double = 90)
        -> Double
    {
        let track = StickFigure(azimuth: azimuth).track(1) { _ in pose }
        return PostureMeasures(series: track.series(rules), view: view).values(measure)[30]
    }

    @Test("Angles are those of the figure", arguments: [0.0, 0.4, 0.8, 1.0])
    func squat(depth: Double) {
        let pose = StickFigure.Pose.squat(depth)
        #expect(abs(value(.knee, pose) - (180 - 125 * depth)) < 1)
        #expect(abs(value(.trunk, pose) - 30 * depth) < 1)
        #expect(abs(value(.trunkMinusShin, pose)) < 1)
        #expect(abs(value(.thighLevel, pose) - (90 - 95 * depth)) < 1)
        #expect(abs(value(.hip, pose) - (180 - 125 * depth)) < 1)
    }

    @Test("The hip's side of the body line has a sign", arguments: [(-20.0, false), (20.0, true)])
    func bodyLine(bend: Double, isBelow: Bool) {
        let value = value(.hipBelowLine, .pushUp(0, sag: bend))
        #expect(abs(value) > 15)
        #expect((value > 0) == isBelow)
    }

    @Test("Leaning back is positive whichever way the person faces", arguments: [90.0, -90])
    func leanBack(azimuth: Double) {
        #expect(abs(value(.leanBack, StickFigure.Pose(trunk: -15), azimuth: azimuth) - 15) < 1)
        #expect(abs(value(.leanBack, StickFigure.Pose(trunk: 10), azimuth: azimuth) + 10) < 1)
    }

    @Test("An elbow behind the trunk is positive, upright and bent over", arguments: [0.0, 60])
    func elbow(lean: Double) {
        let back = StickFigure.Pose(trunk: lean, upperArm: -lean - 40, forearm: -lean)
        let front = StickFigure.Pose(trunk: lean, upperArm: -lean + 40, forearm: -lean)
        #expect(value(.elbowPastTrunk, back) > 10)
        #expect(value(.elbowPastTrunk, front) < -10)
    }

    @Test("Knees inside the feet show as their width and as the projection angle")
    func valgus() {
        let straight = StickFigure.Pose.squat(0.5)
        var inward = straight
        inward.kneesIn = 0.07
        #expect(value(.kneeWidth, inward, .front, azimuth: 0) < 0.6)
        #expect(value(.kneeWidth, straight, .front, azimuth: 0) > 0.9)
        #expect(value(.fppa, inward, .front, azimuth: 0) > value(.fppa, straight, .front, azimuth: 0) + 10)
    }

    @Test("Every measure has a unit, a column and landmarks that are kept", arguments: Measure.allCases)
    func complete(measure: Measure) {
        #expect(measure.columnName.hasPrefix(measure.rawValue))
        for limbs in [Limbs.left, .right] {
            #expect(!measure.landmarks(near: limbs).isEmpty)
            #expect(measure.landmarks(near: limbs).allSatisfy(RawLandmarks.used.contains))
        }
    }

    @Test(
        "The view is told by the camera's angle",
        arguments: [(0.0, CameraView.front), (10, .front), (40, .oblique), (75, .side), (90, .side), (-90, .side)])
    func view(azimuth: Double, expected: CameraView) {
        let track = StickFigure(azimuth: azimuth).track(1) { _ in StickFigure.Pose() }
        let measures = PostureMeasures(series: track.series(rules), view: .unknown)
        #expect(ViewEstimate.view(measures, range: 0..<measures.series.count, rules.signal) == expected)
    }

    @Test(
        "Without world landmarks the shoulders' width tells the view",
        arguments: [(0.0, CameraView.front), (90, .side)])
    func viewByWidth(azimuth: Double, expected: CameraView) {
        let track = StickFigure(azimuth: azimuth).track(1) { _ in StickFigure.Pose() }.mapped { $1.world = [] }
        let measures = PostureMeasures(series: track.series(rules), view: .unknown)
        #expect(ViewEstimate.view(measures, range: 0..<measures.series.count, rules.signal) == expected)
    }
}
