import Analysis
import CSandbox
package import Domain
import Foundation
import Ingest
import PoseKernel
import Posture

/// The child's side: descriptor 0 is the clip, 3 takes results, 4 takes progress; nothing else is open, and the
/// environment is empty.
package enum AnalyzerChild {
    package struct Request: Sendable {
        package var judging: Judging
        package var modelFolder: String
        /// Rule files beyond the program's own.
        package var rulesFolder: String?
        package var threads: Int
        package var memoryBytes: UInt64
        package var cpuSeconds: UInt64

        package init(
            judging: Judging, modelFolder: String, rulesFolder: String? = nil, threads: Int, memoryBytes: UInt64,
            cpuSeconds: UInt64
        ) {
            self.judging = judging
            self.modelFolder = modelFolder
            self.rulesFolder = rulesFolder
            self.threads = threads
            self.memoryBytes = memoryBytes
            self.cpuSeconds = cpuSeconds
        }
    }

    private static let results: Int32 = 3
    private static let progress: Int32 = 4

    /// Runs one analysis; the exit code is 0 whenever an answer was given, a failure of the clip included.
    package static func run(_ request: Request) -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        SharedArena.use()
        do {
            // Everything from disk comes before the doors close.
            let rules = try RuleSet.current(folder: request.rulesFolder, overrides: request.judging.overrides)
            let analyzer = ClipAnalyzer(models: try PoseModels.load(from: request.modelFolder), rules: rules)
            let refused = csandbox_enter(request.memoryBytes, request.cpuSeconds, 16)
            guard refused == 0 else { throw Refused(code: refused) }
            try analyze(analyzer, request)
        } catch let error as AnalysisError {
            fail(error.failure)
        } catch let error as RuleError {
            // The operator's or the trainer's to mend.
            fail(JobFailure(kind: .transient, code: "rules_unusable", message: error.description))
        } catch {
            fail(JobFailure(kind: .transient, code: "analyzer_unusable", message: "\(error)"))
        }
        return 0
    }

    private struct Refused: Error, CustomStringConvertible {
        var code: Int32
        var description: String { "The analyzer could not give up its rights: \(String(cString: strerror(code)))." }
    }

    private static func analyze(_ analyzer: ClipAnalyzer, _ request: Request) throws {
        let options = AnalysisOptions(
            exercise: request.judging.exercise, prescription: request.judging.prescription, threads: request.threads,
            keyFrames: true)
        let encoder = JSONEncoder()
        let result = try analyzer.analyze(.descriptor(0), options: options) { state in
            if let json = try? encoder.encode(state) { send(.progress, Array(json), to: progress) }
        }
        TrackEncoding.pieces(result.track) { send(.track, $0, to: results) }
        for image in result.keyFrames {
            let time = image.time.bitPattern
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: time >> (8 * UInt64($0))) }
            send(.keyFrame, bytes + image.jpeg, to: results)
        }
        send(.report, ReportEncoding.json(result.report), to: results)
        send(.done, [], to: results)
    }

    private static func fail(_ failure: JobFailure) {
        send(.failure, (try? JSONEncoder().encode(failure)).map { Array($0) } ?? [], to: results)
    }

    private static func send(_ kind: AnalyzerMessage.Kind, _ payload: [UInt8], to descriptor: Int32) {
        let bytes = AnalyzerMessage.frame(kind, payload)
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + done, $0.count - done) }
            if written < 0 && errno == EINTR { continue }
            // Nobody reads any more: the parent is gone or has given up.
            guard written > 0 else { return }
            done += written
        }
    }
}
