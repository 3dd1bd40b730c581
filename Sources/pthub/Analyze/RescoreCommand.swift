import Analysis
import ArgumentParser
import Domain
import Foundation
import Posture

/// Runs today's rules over a pose track that was kept, without the video.
struct RescoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rescore",
        abstract: "Judge a kept pose track by today's rules, without decoding the video.",
        discussion: "Takes what `pthub analyze --track TRACK --json REPORT` wrote.")

    @Argument(help: "The pose track, one JSON line a frame.", completion: .file())
    var track: String

    @Option(name: .customLong("report"), help: "The report that was made with the track.")
    var reportFile: String

    @Option(help: "Judge as another exercise than the report's: \(ExerciseID.names).")
    var exercise: ExerciseID?

    @Option(name: .customLong("json"), help: "Write the report as JSON to this file ('-': standard output).")
    var outputFile: String?

    @OptionGroup var judging: RuleOptions
    @OptionGroup var exports: ExportOptions

    func run() throws {
        try reportingFailures {
            let (old, rules) = (try oldReport(), try judging.ruleSet())
            try judging.check(exercise, rules)
            var provenance = old.provenance
            provenance.rulesVersion = rules.version
            let track = try poseTrack(old.clip)
            let report = PostureAnalyzer(rules: rules).analyze(
                track, exercise: exercise ?? old.exercise, clip: old.clip, provenance: provenance,
                prescription: try judging.prescription())
            if let outputFile {
                try OutputFile.write(ReportEncoding.json(report) + [UInt8(ascii: "\n")], to: outputFile)
            }
            try exports.write(track, report, rules: rules)
            if outputFile != "-" { print(ReportTable.render(report)) }
        }
    }

    private func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "There is no file \(path).")
        }
        return [UInt8](data)
    }

    private func oldReport() throws -> PostureReport {
        let bytes = try read(reportFile)
        do { return try ReportEncoding.report(from: bytes) } catch {
            throw Failure(.badMedia, "\(reportFile) is not a report of `pthub analyze --json`.")
        }
    }

    private func poseTrack(_ clip: ClipFacts) throws -> PoseTrack {
        let bytes = try read(track)
        do throws(TrackDecoding.Malformed) {
            return try TrackDecoding.track(bytes, width: clip.width, height: clip.height)
        } catch {
            throw Failure(.badMedia, "\(track) is not a pose track of `pthub analyze --track`. \(error)")
        }
    }
}
