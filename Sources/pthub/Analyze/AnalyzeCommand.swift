import Analysis
import ArgumentParser
import Domain
import Foundation
import Ingest
import PoseKernel
import Posture

/// Analyses one file without a database.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Analyse a video file: reps, tempo, range of motion, findings.",
        discussion: "Exits with 0, or with 65 and one sentence on standard error for a clip that cannot be analysed.")

    @Argument(help: "The video file.", completion: .file())
    var file: String

    @Option(help: "What is done in the clip: \(ExerciseID.names). Not named: the likeliest is proposed and used.")
    var exercise: ExerciseID?

    @Option(name: .customLong("json"), help: "Write the report as JSON to this file ('-': standard output).")
    var reportFile: String?

    @Option(name: .customLong("track"), help: "Write the pose track, one JSON line a frame.")
    var trackFile: String?

    @Option(name: .customLong("timing"), help: "Write seconds by stage, frames/s and peak memory as JSON.")
    var timingFile: String?

    @Option(name: .customLong("key-frames"), help: "Write a JPEG of each finding and each rep's turn into this folder.")
    var keyFrameFolder: String?

    @Option(name: .customLong("overlay"), help: "Write the clip with skeleton, angles and rep counter as MP4.")
    var overlayFile: String?

    @Option(help: "Threads for decoding and pose estimation together (default: all cores).")
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Decode, crop and clock exactly as the reference implementation, in fp32: for comparisons.")
    var reference = false

    @Flag(help: "Follow the clip from end to end instead of in segments that are joined: for comparisons.")
    var onePiece = false

    @OptionGroup var judging: RuleOptions
    @OptionGroup var exports: ExportOptions
    @OptionGroup var kernel: KernelOptions

    func validate() throws {
        guard threads >= 1 else { throw ValidationError("--threads takes a number from 1.") }
    }

    func run() throws {
        SharedArena.use()
        // What is beyond the limit of a file's size is not written, but no reason to end.
        signal(SIGXFSZ, SIG_IGN)
        try reportingFailures {
            let loading = kernel.startLoading()
            let rules = try judging.ruleSet()
            try judging.check(exercise, rules)
            let analyzer = ClipAnalyzer(models: try kernel.models(loading), rules: rules)
            let bar = ProgressBar("analysis")
            let options = try options()
            let result: AnalysisResult
            do throws(AnalysisError) {
                result = try analyzer.analyze(.path(file), options: options) { bar.show($0) }
            } catch {
                bar.abandon()
                throw failure(error)
            }
            bar.finish(detail: "\(result.timing.frames) frames, \(Int(result.timing.framesPerSecond)) frames/s")
            try write(result)
            try exports.write(result.track, result.report, rules: rules)
            if let overlayFile {
                try OverlayFile(clip: file, output: overlayFile, threads: threads).write(result, rules)
            }
        }
    }

    private func options() throws -> AnalysisOptions {
        AnalysisOptions(
            exercise: exercise, prescription: try judging.prescription(), threads: threads, reference: reference,
            inOnePiece: onePiece, isa: try kernel.selection.instructionSet(),
            precision: try kernel.selection.checkedPrecision(), keyFrames: keyFrameFolder != nil,
            scratchFolder: FileManager.default.temporaryDirectory.path)
    }

    private func failure(_ error: AnalysisError) -> Failure {
        FileManager.default.fileExists(atPath: file)
            ? Failure(.badMedia, error.message) : Failure(.noInput, "There is no file \(file).")
    }

    private func write(_ images: [KeyFrameImage], to folder: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Failure(.inputOutput, "The folder \(folder) cannot be made.")
        }
        for image in images {
            try OutputFile.write(image.jpeg, to: folder + String(format: "/%08.3f.jpg", image.time))
        }
    }

    private func write(_ result: AnalysisResult) throws {
        let report = ReportEncoding.json(result.report)
        if let trackFile {
            try OutputFile.write(to: trackFile) { write in try TrackEncoding.pieces(result.track, use: write) }
        }
        if let timingFile { try OutputFile.write(result.timing.json(), to: timingFile) }
        if let keyFrameFolder { try write(result.keyFrames, to: keyFrameFolder) }
        if let reportFile { try OutputFile.write(report + [UInt8(ascii: "\n")], to: reportFile) }
        if reportFile != "-" { print(ReportTable.render(result.report)) }
    }
}

extension ProgressBar {
    func show(_ progress: AnalysisProgress) {
        let fraction = progress.total.map { Double(progress.frames) / Double(max($0, 1)) }
        let left = progress.secondsLeft.map { String(format: ", %.0f s left", $0) } ?? ""
        update(fraction, detail: "\(progress.frames) frames, \(Int(progress.framesPerSecond)) frames/s\(left)")
    }
}
