import Analysis
import Domain
import Foundation

/// Many kept tracks, rescored side by side into one folder.
struct TrackFolder {
    private let tracks: [String]
    private let output: String

    /// Files as they are, of folders every `.jsonl` in them; in order of their names.
    init(_ paths: [String], output: String) throws {
        var found: [String] = []
        for path in paths {
            guard TrackFile.isFolder(path) else {
                found.append(path)
                continue
            }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            found += names.filter { $0.hasSuffix(".jsonl") }.map { path + "/" + $0 }
        }
        guard !found.isEmpty else {
            throw Failure(.noInput, "There is no pose track (.jsonl) in \(paths.joined(separator: ", ")).")
        }
        tracks = found.sorted()
        self.output = output
        let names = tracks.map(Self.name)
        if let twice = zip(names.sorted(), names.sorted().dropFirst()).first(where: { $0 == $1 }) {
            throw Failure(.usage, "Two tracks are called \(twice.0); rescore their folders one by one.")
        }
    }

    private static func name(_ track: String) -> String {
        URL(fileURLWithPath: TrackFile.reportBeside(track)).lastPathComponent
    }

    /// Goes on after a track that cannot be read, and fails at the end with the first such reason.
    func rescore(threads: Int, _ judge: TrackJudge) throws {
        try? FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let (state, tracks, output) = (State(total: tracks.count), tracks, output)
        // Each thread takes the next track until there is none.
        DispatchQueue.concurrentPerform(iterations: min(threads, tracks.count)) { _ in
            while let index = state.next() {
                let track = tracks[index]
                do {
                    let report = try judge.judge(track, TrackFile.reportBeside(track)).report
                    let bytes = ReportEncoding.json(report) + [UInt8(ascii: "\n")]
                    try OutputFile.write(bytes, to: output + "/" + Self.name(track))
                    state.finished(nil)
                } catch let failure as Failure {
                    state.finished((index, failure))
                } catch {
                    state.finished((index, Failure(.failed, "\(track): \(error)")))
                }
            }
        }
        try state.end(output)
    }

    private final class State: @unchecked Sendable {  // `lock` guards all of it
        private let lock = NSLock()
        private let total: Int
        private let bar = ProgressBar("rescoring")
        private let start = ProcessInfo.processInfo.systemUptime
        private var taken = 0
        private var done = 0
        private var failures: [(index: Int, failure: Failure)] = []

        init(total: Int) { self.total = total }

        func next() -> Int? {
            lock.withLock {
                guard taken < total else { return nil }
                taken += 1
                return taken - 1
            }
        }

        func finished(_ failure: (Int, Failure)?) {
            lock.withLock {
                done += 1
                if let failure { failures.append(failure) }
                let rate = Double(done) / max(ProcessInfo.processInfo.systemUptime - start, 1e-3)
                bar.update(
                    Double(done) / Double(total),
                    detail: String(
                        format: "%d of %d, %.0f tracks/s, %.0f s left", done, total, rate, Double(total - done) / rate))
            }
        }

        func end(_ output: String) throws {
            try lock.withLock {
                let seconds = ProcessInfo.processInfo.systemUptime - start
                bar.finish(
                    detail: String(format: "%d reports in %@, %.1f s", total - failures.count, output, seconds))
                guard let first = failures.min(by: { $0.index < $1.index }) else { return }
                throw Failure(
                    first.failure.kind, "\(failures.count) of \(total) tracks failed. \(first.failure.message)")
            }
        }
    }
}
