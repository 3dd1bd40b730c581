import Domain
import Foundation
import Support
import Testing

@testable import Posture

@Suite struct RuleSetTests {
    /// The table of rules that the product promises.
    static let promised: [(ExerciseID, [String])] = [
        (.squat, ["depth", "trunk_lean", "heel_rise", "knee_valgus", "pelvis_tilt"]),
        (.lunge, ["front_knee", "trunk_lean", "knee_valgus", "pelvis_tilt", "knee_past_toe"]),
        (.deadlift, ["hips_first", "bar_path", "lockout", "knee_bend", "rounded_back"]),
        (.pushUp, ["depth", "hip_sag", "hip_pike", "lockout", "head_position"]),
        (.plank, ["hip_sag", "hip_pike", "shoulder_offset", "head_position"]),
        (.overheadPress, ["lean_back", "lockout", "uneven_arms", "leg_drive"]),
        (.bicepsCurl, ["elbow_drift", "trunk_swing", "top_range", "bottom_range"]),
        (.row, ["trunk_rise", "pull_range", "hinge", "head_position"]),
        (.jumpingJack, ["arms_low", "narrow", "feet_apart", "uneven_arms"]),
        (.standing, ["uneven_shoulders", "pelvis_tilt", "head_tilt", "lateral_lean", "forward_head"]),
    ]

    @Test("Every promised rule is there, or is said not to be assessable", arguments: promised)
    func complete(exercise: ExerciseID, names: [String]) throws {
        let rules = try #require(try RuleSet.bundled().exercises[exercise])
        #expect(Set(rules.rules.map(\.name) + rules.notAssessable.map(\.name)) == Set(names))
    }

    @Test("The ten exercises have rules, and a signature to be known by")
    func ten() throws {
        let rules = try RuleSet.bundled()
        #expect(Set(rules.identifiers) == Set(ExerciseID.allCases))
        #expect(rules.exercises.values.allSatisfy { !($0.signature ?? []).isEmpty })
        #expect(!rules.version.isEmpty)
    }

    /// A change of the squat's file, the key that is named, and a word of the reason.
    static let bad: [(String, @Sendable (inout [String: Any]) -> Void, String, String)] = [
        ("unknown key", { $0["colour"] = "red" }, "colour", "no such key"),
        ("unknown key of a rule", { rule(&$0) { $0["treshold"] = 5 } }, "rules[0].treshold", "no such key"),
        ("missing key", { rule(&$0) { $0["cue"] = nil } }, "rules[0].cue", "missing"),
        ("unknown unit", { rule(&$0) { $0["unit"] = "radians" } }, "rules[0].unit", "none of"),
        ("unit of another measure", { rule(&$0) { $0["unit"] = "% of height" } }, "rules[0].unit", "measured in"),
        ("unknown measure", { rule(&$0) { $0["measure"] = "nose_length" } }, "rules[0].measure", "none of"),
        ("unknown part", { rule(&$0) { $0["part"] = "middle" } }, "rules[0].part", "none of"),
        ("text for a number", { rule(&$0) { $0["threshold"] = "10" } }, "rules[0].threshold", "number"),
        ("negative hold", { rule(&$0) { $0["minimum_hold_s"] = -0.1 } }, "rules[0].minimum_hold_s", "negative"),
        ("uncertainty of nothing", { rule(&$0) { $0["uncertainty"] = 0 } }, "rules[0].uncertainty", "above 0"),
        ("major within minor", { rule(&$0) { $0["major"] = 5 } }, "rules[0].major", "beyond"),
        ("no view", { rule(&$0) { $0["views"] = [String]() } }, "rules[0].views", "no view"),
        ("no source", { rule(&$0) { $0["source"] = "" } }, "rules[0].source", "empty"),
        ("a hold's part", { rule(&$0) { $0["part"] = "hold" } }, "rules[0].part", "not held"),
        ("other exercise", { $0["exercise"] = "lunge" }, "exercise", "lunge.json"),
        ("no driver", { $0["driver"] = nil }, "driver", "driver or a hold"),
        ("range too large", { driver(&$0, "minimum_range", 90) }, "driver.minimum_range", "rest - turn"),
        ("no version", { $0["version"] = "" }, "version", "empty"),
    ]

    private static func rule(_ file: inout [String: Any], _ change: (inout [String: Any]) -> Void) {
        guard var rules = file["rules"] as? [[String: Any]] else { return }
        change(&rules[0])
        file["rules"] = rules
    }

    private static func driver(_ file: inout [String: Any], _ key: String, _ value: Double) {
        guard var driver = file["driver"] as? [String: Any] else { return }
        driver[key] = value
        file["driver"] = driver
    }

    @Test("A bad rule file names file, key and reason", arguments: bad.indices)
    func badFile(index: Int) throws {
        let (name, change, key, reason) = Self.bad[index]
        let source = ProjectFiles.path("Sources/Posture/Rules/squat.json")
        let data = try Data(contentsOf: URL(fileURLWithPath: source))
        var file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        change(&file)
        let folder = try TemporaryFolder()
        try folder.write(Array(try JSONSerialization.data(withJSONObject: file)), "squat.json")
        let error = #expect(throws: RuleError.self, "\(name)") { try RuleSet.bundled().adding(folder: folder.path) }
        #expect(error?.file == "squat.json", "\(name)")
        #expect(error?.key == key, "\(name): \(error?.description ?? "")")
        #expect(error?.reason.contains(reason) == true, "\(name): \(error?.description ?? "")")
    }

    @Test("No number that is none", arguments: ["NaN", "1e999", "{}", "not json at all"])
    func noNumbers(text: String) throws {
        let folder = try TemporaryFolder()
        let rule = "{\"exercise\": \"squat\", \"version\": \"1\", \"first_phase\": \"eccentric\", \"driver\": "
        let driver = "{\"measure\": \"knee\", \"rest\": \(text), \"turn\": 90, \"minimum_range\": 40}"
        try folder.write(Array((rule + driver + ", \"rules\": [], \"not_assessable\": []}").utf8), "squat.json")
        #expect(throws: RuleError.self) { try RuleSet.bundled().adding(folder: folder.path) }
    }

    @Test("A folder that is not there is an error")
    func noFolder() {
        #expect(throws: RuleError.self) { try RuleSet.bundled().adding(folder: "/nowhere") }
    }
}

@Suite struct RuleOverridesTests {
    private func overrides(_ json: String) throws -> RuleOverrides {
        let folder = try TemporaryFolder()
        return try RuleOverrides(file: folder.write(Array(json.utf8), "anna.json"))
    }

    @Test("A trainer's values take the place of the rules', and the version tells of them")
    func merge() throws {
        let rules = try RuleSet.bundled().applying(
            overrides(
                """
                {"version": "anna-3", "exercises": {
                  "squat": {"depth": {"threshold": 25, "cue": "To the box"}, "pelvis_tilt": {"off": true}},
                  "lunge": {"front_knee.above": {"threshold": 130}}}}
                """))
        let squat = try #require(rules.exercises[.squat])
        let depth = try #require(squat.rules.first { $0.name == "depth" })
        #expect(depth.threshold == 25)
        #expect(depth.cue == "To the box")
        #expect(depth.source == "D")
        #expect(!squat.rules.contains { $0.name == "pelvis_tilt" })
        #expect(squat.notAssessable.contains { $0.name == "pelvis_tilt" })
        #expect(squat.version.hasSuffix("+anna-3") && rules.version.hasSuffix("+anna-3"))
        let knee = try #require(rules.exercises[.lunge]).rules.filter { $0.name == "front_knee" }
        #expect(knee.map(\.threshold).sorted() == [60, 130])
        #expect(rules.exercises[.row] == (try RuleSet.bundled().exercises[.row]))
    }

    static let bad: [(json: String, key: String, reason: String)] = [
        (#"{"version": "1", "exercises": {"sqaut": {}}}"#, "exercises.sqaut", "none of"),
        (#"{"version": "1", "exercises": {"squat": {"dept": {}}}}"#, "exercises.squat.dept", "no such rule"),
        (
            #"{"version": "1", "exercises": {"lunge": {"front_knee": {"threshold": 1}}}}"#,
            "exercises.lunge.front_knee", "which one"
        ),
        (
            #"{"version": "1", "exercises": {"squat": {"depth": {"treshold": 1}}}}"#, "exercises.squat.depth.treshold",
            "no such key"
        ),
        (#"{"version": "1", "exercises": {"squat": {"trunk_lean": {"threshold": 40}}}}"#, "rules[1].major", "beyond"),
        (#"{"version": "", "exercises": {}}"#, "version", "empty"),
        (#"{"exercises": {}}"#, "version", "missing"),
    ]

    @Test("Bad overrides name file, key and reason", arguments: bad)
    func badFile(json: String, key: String, reason: String) throws {
        let error = #expect(throws: RuleError.self) { try RuleSet.bundled().applying(try overrides(json)) }
        #expect(error?.file == "anna.json")
        #expect(error?.key == key)
        #expect(error?.reason.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("A shallower squat is no fault once the trainer allows it")
    func effect() throws {
        let course = Course()
        let track = StickFigure().track(course.seconds) { .squat(0.72 * course.value($0)) }
        let plain = try track.report(.squat)
        #expect(plain.findings.contains { $0.rule == "squat.depth" })
        let rules = try RuleSet.bundled().applying(
            overrides(#"{"version": "knee", "exercises": {"squat": {"depth": {"threshold": 40}}}}"#))
        let report = try track.report(.squat, rules: rules)
        #expect(!report.findings.contains { $0.rule == "squat.depth" })
        #expect(report.reps == plain.reps)
    }
}

/// What docs/adding-an-exercise.md says, done.
@Suite struct AddingAnExerciseTests {
    @Test("An eleventh exercise is a file: it finds reps and faults without a line of Swift")
    func eleventh() throws {
        let rules = try RuleSet.bundled().adding(folder: ProjectFiles.path("docs/examples/rules"))
        let romanian = try #require(ExerciseID(rawValue: "romanian-deadlift"))
        #expect(rules.identifiers.count == 11)
        let course = Course(reps: 4)
        func lifts(knees: Double) -> PoseTrack {
            StickFigure().track(course.seconds) { time in
                let way = course.value(time)
                return StickFigure.Pose(
                    shank: knees * way, thigh: -(15 + knees) * way, trunk: 65 * way, upperArm: -way * 5, forearm: 0)
            }
        }
        let good = try lifts(knees: 3).report(romanian, rules: rules)
        #expect(good.exercise == romanian && good.isGeneric == false)
        #expect(good.reps.filter { $0.kind == .full }.count == 4)
        #expect(!good.findings.contains { $0.rule == "romanian-deadlift.knee_bend" })
        let bent = try lifts(knees: 25).report(romanian, rules: rules)
        let finding = try #require(bent.findings.first { $0.rule == "romanian-deadlift.knee_bend" })
        #expect(finding.reps == [1, 2, 3, 4])
        #expect(finding.ruleVersion == "2026-11-25")
    }
}
