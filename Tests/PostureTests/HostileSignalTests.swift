import Domain
import Foundation
import Support
import Testing

@testable import Posture

/// What people's clips are like: no false reps, or "not assessable" with the reason.
@Suite struct HostileSignalTests {
    private let course = Course(reps: 5)

    private func squats(
        azimuth: Double = 90, fps: Double = 30, noise: Double = 0.5, width: Int = 640
    ) -> StickFigure {
        StickFigure(width: width, azimuth: azimuth, fps: fps, noise: noise)
    }

    private func reasons(_ report: PostureReport, _ rule: String) -> String {
        report.notAssessable.filter { $0.rule == rule }.map(\.reason).joined(separator: " ")
    }

    private static func walk(_ time: Double, from: Double, to: Double, seconds: Double) -> StickFigure.Pose {
        let swing = sin(2 * .pi * time)
        return StickFigure.Pose(
            shank: 12 * max(swing, 0), thigh: -18 * max(swing, 0), trunk: 3, upperArm: 15 * swing,
            root: (along: from + (to - from) * time / seconds, across: 0))
    }

    @Test("Walking in and away, bending for the weights: only the squats count")
    func walksInAndSetsUp() throws {
        let (walk, setUp) = (4.0, 3.0)
        let track = squats(width: 1400).track(walk + setUp + course.seconds + walk) { time in
            if time < walk { return Self.walk(time, from: -2.2, to: 0, seconds: walk) }
            if time < walk + setUp {
                // A bow with nearly straight legs.
                let bow = sin(.pi * (time - walk) / setUp)
                return StickFigure.Pose(shank: 3 * bow, thigh: -10 * bow, trunk: 75 * bow)
            }
            let inSet = time - walk - setUp
            if inSet < course.seconds { return .squat(course.value(inSet)) }
            return Self.walk(inSet - course.seconds, from: 0, to: 2.2, seconds: walk)
        }
        #expect(try track.report(.squat).reps.count == 5)
    }

    @Test("Nothing but walking about is no rep of any counted exercise", arguments: ExerciseID.allCases)
    func onlyWalking(exercise: ExerciseID) throws {
        let track = squats(width: 1400).track(8) { Self.walk($0, from: -2.2, to: 2.2, seconds: 8) }
        let report = try track.report(exercise)
        #expect(report.reps.isEmpty)
        #expect((report.summary.hold ?? 0) == 0)
        #expect(!report.findings.contains { $0.severity == .major })
    }

    @Test("Out of the picture for two seconds: the rep in between is not made up")
    func dropsOut() throws {
        let gap = course.start(2) + 0.3..<course.start(2) + 2.3
        let track = squats().track(course.seconds) { gap.contains($0) ? nil : .squat(course.value($0)) }
        let report = try track.report(.squat)
        #expect(report.reps.count == 4)
        #expect(report.summary.detected < 0.9 && report.summary.confidence < 0.9)
    }

    @Test("Legs hidden behind a bench: not assessable, with the reason")
    func halfHidden() throws {
        let track = squats().track(course.seconds) { .squat(course.value($0)) }.mapped { _, frame in
            frame.hide([.leftKnee, .rightKnee, .leftAnkle, .rightAnkle])
        }
        let report = try track.report(.squat)
        #expect(report.reps.isEmpty && report.findings.isEmpty)
        #expect(reasons(report, "squat.reps").contains("hidden"))
    }

    @Test("Hidden joints that the network draws with confidence: no finding on wandering feet")
    func hallucinatedFeet() throws {
        var random = SplitMix64(seed: 5)
        let track = squats().track(course.seconds) { .squat(course.value($0)) }.mapped { _, frame in
            for landmark in [BodyLandmark.leftAnkle, .rightAnkle, .leftHeel, .rightHeel] {
                frame[landmark].x = Float.random(in: 0...1, using: &random)
                frame[landmark].y = Float.random(in: 0.5...1, using: &random)
            }
        }
        let report = try track.report(.squat)
        #expect(report.reps.isEmpty)
        #expect(!report.findings.contains { $0.severity == .major })
    }

    @Test("The tracker goes over to a passer-by: that part is left out, and it is said")
    func twoPeople() throws {
        let away = course.start(1) + 0.2..<course.start(1) + 2
        let track = squats(width: 1400).track(course.seconds) { time in
            if away.contains(time) {
                return StickFigure.Pose(thigh: 10, root: (along: 1.8 + time * 0.3, across: 0))
            }
            return .squat(course.value(time))
        }
        let report = try track.report(.squat)
        #expect(report.reps.count == 4)
        #expect(reasons(report, "squat.reps").contains("Somebody else"))
    }

    @Test("A camera that shakes in the hand", arguments: 1...3)
    func shakes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let phases = (0..<6).map { _ in Double.random(in: 0..<6, using: &random) }
        let track = squats().track(course.seconds) { .squat(course.value($0)) }.mapped { _, frame in
            let t = frame.time
            let dx = 0.03 * sin(9 * t + phases[0]) + 0.02 * sin(23 * t + phases[1])
            let dy = 0.03 * sin(11 * t + phases[2]) + 0.02 * sin(27 * t + phases[3])
            for landmark in BodyLandmark.allCases {
                frame[landmark].x += Float(dx)
                frame[landmark].y += Float(dy)
            }
        }
        let report = try track.report(.squat)
        #expect(report.reps.count == 5)
        #expect(report.findings.isEmpty)
    }

    @Test("Slow motion is told from reps, and the reason is given")
    func slowMotion() throws {
        let slow = Course(phases: [8, 2, 7, 3], reps: 2)
        let track = squats().track(slow.seconds) { .squat(slow.value($0)) }
        let report = try track.report(.squat)
        #expect(report.reps.isEmpty)
        #expect(reasons(report, "squat.reps").contains("slow motion"))
    }

    @Test("Any frame rate counts the same", arguments: [15.0, 24, 30, 60, 120])
    func frameRates(fps: Double) throws {
        let report = try squats(fps: fps).track(course.seconds) { .squat(course.value($0)) }.report(.squat)
        #expect(report.reps.count == 5)
        #expect(report.findings.isEmpty)
        for (index, rep) in report.reps.enumerated() {
            #expect(abs(rep.start - course.start(index)) < 0.2)
            #expect(abs(rep.tempo[0] - 1) < 0.25 && abs(rep.tempo[2] - 0.9) < 0.25)
        }
    }

    @Test("Variable frame times count the same")
    func variableRate() throws {
        var track = squats(fps: 60).track(course.seconds) { .squat(course.value($0)) }
        var random = SplitMix64(seed: 4)
        track.frames = track.frames.filter { _ in Double.random(in: 0..<1, using: &random) < 0.45 }
        #expect(try track.report(.squat).reps.count == 5)
    }

    @Test("A mirrored selfie video gives the same reps and findings", arguments: [0.0, 90])
    func mirrored(azimuth: Double) throws {
        let track = squats(azimuth: azimuth).track(course.seconds) { .squat(course.value($0), lean: 62) }
        let mirror = track.mapped { _, frame in
            for landmark in BodyLandmark.allCases {
                frame[landmark].x = 1 - frame[landmark].x
                frame.world[landmark.rawValue].x *= -1
            }
            frame.exchangeSides()
        }
        let (plain, other) = (try track.report(.squat), try mirror.report(.squat))
        #expect(plain.reps.map(\.turn) == other.reps.map(\.turn))
        #expect(plain.reps.count == 5)
        #expect(plain.findings.map(\.rule) == other.findings.map(\.rule))
        #expect(plain.findings.map(\.severity) == other.findings.map(\.severity))
        #expect(plain.view == other.view)
    }

    @Test("A clip without anybody, of one frame, or of none is a report without reps", arguments: [0, 1, 60])
    func nobody(frames: Int) throws {
        let track = PoseTrack(
            width: 640, height: 480, frames: (0..<frames).map { PoseFrame.lost(time: Double($0) / 30) })
        for exercise in ExerciseID.allCases.map(Optional.init) + [nil, .generic] {
            let report = try track.report(exercise)
            #expect(report.reps.isEmpty && report.findings.isEmpty)
        }
    }

    @Test("The same track gives the same report")
    func deterministic() throws {
        let track = squats().track(course.seconds) { .squat(course.value($0)) }
        #expect(try track.report(nil) == track.report(nil))
    }
}
