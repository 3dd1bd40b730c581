import Analysis
import ArgumentParser
import Domain
import Foundation
import Posture

/// Runs today's rules over pose tracks that were kept, without the videos.
struct RescoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rescore",
        abstract: "Judge kept pose tracks by today's rules, without decoding the videos.",
        discussion: """
            Takes what `pthub analyze --track NAME.jsonl --json NAME.json` wrote: one track, or any number of tracks \
            and folders of them with --output. The report that was made with a track stands beside it as NAME.json.
            """)

    @Argument(help: "Pose tracks (one JSON line a frame), or folders of them.", completion: .file())
    var tracks: [String]

    @Option(name: .customLong("report"), help: "The report that was made with the track (default: NAME.json).")
    var reportFile: String?

    @Option(help: "Judge as another exercise than the report's: \(ExerciseID.names).")
    var exercise: ExerciseID?

    @Flag(help: "Propose the likeliest exercise, as if nobody had named one.")
    var recognise = false

    @Option(name: .customLong("json"), help: "Write the report as JSON to this file ('-': standard output).")
    var outputFile: String?

    @Option(
        name: .customLong("output"), help: "Write the reports of many tracks to this folder, as NAME.json.",
        completion: .directory)
    var outputFolder: String?

    @Option(help: "Tracks at once (default: all cores).")
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup var judging: RuleOptions
    @OptionGroup var exports: ExportOptions

    func validate() throws {
        guard threads >= 1 else { throw ValidationError("--threads takes a number from 1.") }
        guard !recognise || exercise == nil else {
            throw ValidationError("--recognise and --exercise exclude each other.")
        }
        guard outputFolder == nil || (outputFile == nil && reportFile == nil && !exports.isWanted) else {
            throw ValidationError("--output is for many tracks: --json, --report and exports are for one.")
        }
    }

    func run() throws {
        try reportingFailures {
            let rules = try judging.ruleSet()
            try judging.check(exercise, rules)
            let judge = TrackJudge(
                rescoring: Rescoring(rules: rules),
                exercise: recognise ? .recognised : exercise.map { .named($0) } ?? .same,
                prescription: try judging.prescription())
            if let outputFolder {
                try TrackFolder(tracks, output: outputFolder).rescore(threads: threads, judge)
            } else {
                guard tracks.count == 1, !TrackFile.isFolder(tracks[0]) else {
                    throw Failure(.usage, "Say with --output where the reports of many tracks are to be written.")
                }
                try single(judge, rules)
            }
        }
    }

    private func single(_ judge: TrackJudge, _ rules: RuleSet) throws {
        let (track, report) = try judge.judge(tracks[0], reportFile ?? TrackFile.reportBeside(tracks[0]))
        if let outputFile {
            try OutputFile.write(ReportEncoding.json(report) + [UInt8(ascii: "\n")], to: outputFile)
        }
        try exports.write(track, report, rules: rules)
        if outputFile != "-" { print(ReportTable.render(report)) }
    }
}

/// Judges one track file.
struct TrackJudge: Sendable {
    let rescoring: Rescoring
    let exercise: Rescoring.Exercise
    let prescription: SetTarget?

    func judge(_ track: String, _ report: String) throws -> (track: PoseTrack, report: PostureReport) {
        let old = try TrackFile.report(report)
        let frames = try TrackFile.track(track, old.clip)
        return (frames, rescoring.report(frames, old: old, exercise: exercise, prescription: prescription))
    }
}

/// Kept tracks and reports as files.
enum TrackFile {
    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    static func reportBeside(_ track: String) -> String {
        URL(fileURLWithPath: track).deletingPathExtension().appendingPathExtension("json").path
    }

    static func report(_ path: String) throws -> PostureReport {
        let bytes = try read(path)
        do { return try ReportEncoding.report(from: bytes) } catch {
            throw Failure(.badMedia, "\(path) is not a report of `pthub analyze --json`.")
        }
    }

    static func track(_ path: String, _ clip: ClipFacts) throws -> PoseTrack {
        let bytes = try read(path)
        do throws(TrackDecoding.Malformed) {
            return try TrackDecoding.track(bytes, width: clip.width, height: clip.height, smoothed: false)
        } catch {
            throw Failure(.badMedia, "\(path) is not a pose track of `pthub analyze --track`. \(error)")
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "There is no file \(path).")
        }
        return [UInt8](data)
    }
}
