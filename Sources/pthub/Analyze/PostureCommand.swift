import ArgumentParser
import Domain
import Foundation
import Posture

/// Posture analysis by itself.
struct PostureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "posture", abstract: "Measure the posture analysis.", subcommands: [Bench.self])

    struct Bench: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Processor time from a pose track to its report, on one thread, as JSON.",
            discussion: "The track is repeated until it is as long as --seconds says.")

        @Argument(help: "A pose track, with its report beside it as NAME.json.", completion: .file())
        var track: String
        @Option(help: "Length of the track that is judged.") var seconds = 60.0
        @Option(help: "Times.") var runs = 50

        func validate() throws {
            guard seconds > 0, seconds <= 7200, runs >= 1 else {
                throw ValidationError("--seconds takes a number up to 7200, --runs one from 1.")
            }
        }

        func run() throws {
            try reportingFailures {
                let old = try TrackFile.report(TrackFile.reportBeside(track))
                let long = repeated(try TrackFile.track(track, old.clip))
                let analyzer = PostureAnalyzer(rules: try RuleOptions.parse([]).ruleSet())
                func once() -> Double {
                    let start = Self.threadSeconds()
                    let report = analyzer.analyze(
                        long, exercise: old.exercise, clip: old.clip, provenance: old.provenance)
                    precondition(!report.summary.text.isEmpty)
                    return 1000 * (Self.threadSeconds() - start)
                }
                // What the first runs allocate stays; from then on memory is flat.
                for _ in 0..<3 { _ = once() }
                let before = Self.residentBytes()
                let times = (0..<runs).map { _ in once() }.sorted()
                print(
                    """
                    {"frames": \(long.frames.count), "runs": \(runs), "median_ms": \(times[runs / 2]), \
                    "min_ms": \(times[0]), "memory_growth_bytes": \(max(Self.residentBytes() - before, 0))}
                    """)
            }
        }

        private func repeated(_ track: PoseTrack) -> PoseTrack {
            guard let last = track.frames.last, track.frames.count > 1 else { return track }
            let step = last.time / Double(track.frames.count - 1)
            var result = PoseTrack(width: track.width, height: track.height, frames: [])
            let count = Int((seconds / step).rounded())
            result.frames.reserveCapacity(count)
            for index in 0..<count {
                var frame = track.frames[index % track.frames.count]
                frame.time += Double(index / track.frames.count) * (last.time + step)
                result.frames.append(frame)
            }
            return result
        }

        /// Of this thread alone: what else runs on the machine is not measured.
        private static func threadSeconds() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }

        private static func residentBytes() -> Int {
            let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
            return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
        }
    }
}
