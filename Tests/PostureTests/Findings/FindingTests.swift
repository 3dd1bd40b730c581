import Domain
import Support
import Testing

@testable import Posture

@Suite struct FindingTests {
    private let course = Course(reps: 5)

    /// `lean` beyond the shin at the bottom of each rep, degrees.
    private func squats(_ lean: @escaping (Int) -> Double, azimuth: Double = 90) -> PoseTrack {
        StickFigure(azimuth: azimuth, noise: 0.3).track(course.seconds) { time in
            let rep = Int(max((time - course.leadIn) / course.repSeconds, 0))
            return .squat(course.value(time), lean: 30 + lean(min(rep, 4)))
        }
    }

    private func lean(_ report: PostureReport) -> Finding? { report.findings.first { $0.rule == "squat.trunk_lean" } }

    @Test("A fault names its reps, spans, value, threshold, uncertainty, rule version and key frame")
    func evidence() throws {
        let report = try squats { $0 == 1 || $0 == 3 ? 27 : 5 }.report(.squat)
        let finding = try #require(lean(report))
        #expect(finding.reps == [2, 4])
        #expect(finding.spans.count == 2)
        #expect(abs(finding.value - 27) < 2)
        #expect(finding.threshold == 20 && finding.unit == "deg")
        #expect(finding.uncertainty >= 5 && finding.uncertainty < 6)
        #expect(finding.ruleVersion == "2026-11-25")
        #expect(finding.severity == .minor)
        let rep = report.reps[finding.keyFrame < 6 ? 1 : 3]
        #expect(finding.keyFrame > rep.start && finding.keyFrame < rep.end)
        #expect(finding.spans.allSatisfy { $0.end - $0.start >= 0.15 })
    }

    @Test("Within the threshold there is no finding", arguments: [0.0, 10, 18])
    func within(excess: Double) throws {
        #expect(lean(try squats { _ in excess }.report(.squat)) == nil)
    }

    @Test("Severity steps", arguments: [(24.0, Finding.Severity.minor), (28, .minor), (36, .major)])
    func severity(excess: Double, expected: Finding.Severity) throws {
        #expect(lean(try squats { _ in excess }.report(.squat))?.severity == expected)
    }

    @Test("Seen once in five and barely, it is nothing; seen once and clearly, it is")
    func once() throws {
        #expect(lean(try squats { $0 == 2 ? 23 : 0 }.report(.squat)) == nil)
        #expect(lean(try squats { $0 == 2 ? 32 : 0 }.report(.squat))?.reps == [3])
    }

    @Test("A margin within the noise is never major")
    func noise() throws {
        let overrides = try narrowMajor()
        let finding = lean(try squats { _ in 24 }.report(.squat, rules: overrides))
        #expect(finding?.severity == .minor)
        #expect(lean(try squats { _ in 30 }.report(.squat, rules: overrides))?.severity == .major)
    }

    /// Major from 21 degrees, one above the threshold.
    private func narrowMajor() throws -> RuleSet {
        let folder = try TemporaryRules(
            #"{"version": "n", "exercises": {"squat": {"trunk_lean": {"major": 21}}}}"#)
        return try RuleSet.bundled().applying(RuleOverrides(file: folder.path))
    }

    @Test("Joints that are seen badly make a value less sure, so less is said of it")
    func uncertainty() throws {
        let track = squats { _ in 32 }
        let dim = track.mapped { _, frame in
            for index in frame.raw.indices { frame.raw[index].visibility = 0.4 }
        }
        let (sure, unsure) = (try lean(track.report(.squat)), try lean(dim.report(.squat)))
        #expect((unsure?.uncertainty ?? 0) > 2 * (sure?.uncertainty ?? .infinity))
        #expect(sure?.severity == .major)
        #expect(unsure?.severity == .minor)
    }

    @Test("At an angle reps count and faults of angles are not judged", arguments: [30.0, 45])
    func oblique(azimuth: Double) throws {
        let report = try squats({ _ in 36 }, azimuth: azimuth).report(.squat)
        #expect(report.view == .oblique)
        #expect(report.reps.count == 5)
        #expect(report.findings.isEmpty)
        let reason = report.notAssessable.first { $0.rule == "squat.trunk_lean" }?.reason
        #expect(reason?.contains("at an angle") == true)
        #expect(report.reps.allSatisfy { ($0.confidence ?? 1) < 1 && $0.doubt?.contains("angle") == true })
    }

    @Test("A rule with two signs is one finding, judged in its own view only")
    func twoSigns() throws {
        func knees(_ inward: Double) -> PoseTrack {
            StickFigure(azimuth: 0).track(course.seconds) { time in
                var pose = StickFigure.Pose.squat(course.value(time))
                pose.kneesIn = inward * course.value(time)
                return pose
            }
        }
        let report = try knees(0.09).report(.squat)
        #expect(report.view == .front)
        #expect(report.findings.filter { $0.rule == "squat.knee_valgus" }.count == 1)
        #expect(report.findings.first { $0.rule == "squat.knee_valgus" }?.reps == [1, 2, 3, 4, 5])
        #expect(try !knees(0).report(.squat).findings.contains { $0.rule == "squat.knee_valgus" })
        #expect(try squats { _ in 0 }.report(.squat).notAssessable.contains { $0.rule == "squat.knee_valgus" })
    }

    @Test("The extreme that was held is that of every window", arguments: [1, 3, 9])
    func sustained(hold: Int) {
        let values = (0..<200).map { Double(($0 * 7919) % 101) }
        let indices = values.indices.filter { $0 % 7 != 0 }
        let brute = (0...(indices.count - hold)).map { start in
            indices[start..<start + hold].map { values[$0] }.min() ?? 0
        }.max()
        #expect(Sustained.extreme(Array(indices), values, hold, <)?.value == brute)
        let few = Sustained.extreme([3, 5], values, 9, <)?.value
        #expect(few == min(values[3], values[5]))
    }

    @Test("A hold's sag is told by the time it lasted, and its seconds are those in the zone")
    func hold() throws {
        let track = StickFigure(noise: 0.2).track(20) { time in
            StickFigure.Pose(
                thigh: time > 8 && time < 12 ? 24 : 0, trunk: time > 8 && time < 12 ? -1 : 0, upperArm: 80,
                forearm: 170,
                tip: time > 15 ? 0 : 82)
        }
        let report = try track.report(.plank)
        let sag = try #require(report.findings.first { $0.rule == "plank.hip_sag" })
        #expect(sag.spans.count == 1)
        #expect(abs((sag.spans.first?.start ?? 0) - 8) < 0.3 && abs((sag.spans.first?.end ?? 0) - 12) < 0.3)
        // Standing up ends the hold: straight is not enough.
        #expect(abs((report.summary.hold ?? 0) - 15) < 0.5)
        #expect(report.reps.isEmpty)
    }

    @Test("Hips held far outside the zone are no part of the hold, and the clearest fault of all", arguments: [8.0, 0])
    func heldOutside(from start: Double) throws {
        let track = StickFigure(noise: 0.2).track(16) { time in
            let isHigh = time > start
            return StickFigure.Pose(
                thigh: isHigh ? -40 : 0, trunk: isHigh ? 10 : 0, upperArm: 80, forearm: 170, tip: 82)
        }
        let report = try track.report(.plank)
        let pike = try #require(report.findings.first { $0.rule == "plank.hip_pike" })
        #expect(pike.severity == .major && pike.value < -25)
        #expect(pike.spans.count == 1 && abs((pike.spans.first?.start ?? -1) - start) < 0.5)
        #expect(abs((report.summary.hold ?? 0) - start) < 0.5)
    }
}

/// An overrides file for as long as the value lives.
private struct TemporaryRules {
    private let folder: TemporaryFolder
    let path: String

    init(_ json: String) throws {
        folder = try TemporaryFolder()
        path = try folder.write(Array(json.utf8), "overrides.json")
    }
}
