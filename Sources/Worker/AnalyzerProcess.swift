import Analysis
import CSandbox
import Domain
import Foundation

/// The parent's side of one analyzer child.
final class AnalyzerProcess: @unchecked Sendable {  // `lock` guards what changes after start
    struct Output: Sendable {
        var report: [UInt8]
        var track: [UInt8]
        var keyFrames: [(time: Double, jpeg: [UInt8])]
    }

    private let process: pid_t
    private let results: Int32
    private let progress: Int32
    private let lock = NSLock()
    private var isReaped = false
    private var outcome: Result<Output, JobFailure>?
    private var waiter: CheckedContinuation<Result<Output, JobFailure>, Never>?
    private var lastSign = DispatchTime.now().uptimeNanoseconds

    /// Starts `executable analyzer-child …` on `clip`, which stays the caller's, and reads what it says.
    ///
    /// All of a child's life belongs to one thread: the child inherits from it that no program it could start gains
    /// rights, and dies with it, since the kernel's parent-death signal goes by threads.
    static func start(
        executable: String, arguments: [String], clip: Int32
    ) async throws(JobFailure) -> AnalyzerProcess {
        let result: Result<AnalyzerProcess, JobFailure> = await withCheckedContinuation { continuation in
            let thread = Thread {
                csandbox_no_new_privileges()
                do throws(JobFailure) {
                    let process = try AnalyzerProcess(executable: executable, arguments: arguments, clip: clip)
                    continuation.resume(returning: .success(process))
                    process.deliver(process.collect())
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            thread.name = "analyzer"
            thread.start()
        }
        return try result.get()
    }

    private init(executable: String, arguments: [String], clip: Int32) throws(JobFailure) {
        let resultPipe = try Self.pipe()
        let progressPipe = try Self.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            close(resultPipe.write)
            close(progressPipe.write)
        }
        posix_spawn_file_actions_adddup2(&actions, clip, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, resultPipe.write, 3)
        posix_spawn_file_actions_adddup2(&actions, progressPipe.write, 4)
        csandbox_close_from(&actions, 5)
        let words = ([executable, "analyzer-child"] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var started = pid_t()
        let code = posix_spawn(&started, executable, &actions, nil, words, &environment)
        guard code == 0 else {
            close(resultPipe.read)
            close(progressPipe.read)
            throw JobFailure(
                kind: .transient, code: "spawn_failed",
                message: "The analyzer could not be started: \(String(cString: strerror(code))).")
        }
        (process, results, progress) = (started, resultPipe.read, progressPipe.read)
    }

    var identifier: pid_t { process }

    /// Seconds since the child was last heard of.
    var silence: Double {
        lock.withLock { Double(DispatchTime.now().uptimeNanoseconds - lastSign) / 1e9 }
    }

    /// Harmless when the child has ended already.
    func kill() {
        lock.withLock {
            if !isReaped { _ = Foundation.kill(process, SIGKILL) }
        }
    }

    private func deliver(_ result: Result<Output, JobFailure>) {
        let waiting = lock.withLock {
            outcome = result
            return waiter
        }
        waiting?.resume(returning: result)
    }

    /// Waits for the child's death. Once a process.
    func wait(onProgress: @escaping @Sendable (AnalysisProgress) -> Void) async throws(JobFailure) -> Output {
        let progressThread = Thread { [self] in
            _ = read(progress) { kind, payload in
                guard kind == .progress else { return false }
                if let state = try? JSONDecoder().decode(AnalysisProgress.self, from: Data(payload)) {
                    onProgress(state)
                }
                return true
            }
        }
        progressThread.start()
        let result: Result<Output, JobFailure> = await withCheckedContinuation { continuation in
            let done = lock.withLock {
                if outcome == nil { waiter = continuation }
                return outcome
            }
            if let done { continuation.resume(returning: done) }
        }
        return try result.get()
    }

    private func collect() -> Result<Output, JobFailure> {
        var output = Output(report: [], track: [], keyFrames: [])
        var failure: JobFailure?
        var isDone = false
        let isWellFormed = read(results) { kind, payload in
            switch kind {
            case .report: output.report = payload
            case .track: output.track += payload
            case .keyFrame:
                guard payload.count > 8 else { return false }
                let bits = (0..<8).reduce(UInt64(0)) { $0 | UInt64(payload[$1]) << (8 * UInt64($1)) }
                output.keyFrames.append((Double(bitPattern: bits), Array(payload[8...])))
            case .failure:
                failure = try? JSONDecoder().decode(JobFailure.self, from: Data(payload))
                return failure != nil
            case .done: isDone = true
            case .progress: return false
            }
            return true
        }
        if !isWellFormed { kill() }
        let status = reap()
        if let failure { return .failure(failure) }
        guard isDone, isWellFormed, !output.report.isEmpty, status == 0 else {
            return .failure(
                JobFailure(
                    kind: .crash, code: "analyzer_died",
                    message: "The analysis of this clip broke down (\(Self.describe(status)))."))
        }
        return .success(output)
    }

    /// Calls `body` for each message until the stream ends; false when it was malformed or `body` said so.
    private func read(_ descriptor: Int32, _ body: (AnalyzerMessage.Kind, [UInt8]) -> Bool) -> Bool {
        defer { close(descriptor) }
        var parser = AnalyzerMessage.Parser()
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = Foundation.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return count == 0 && parser.isAtBoundary }
            lock.withLock { lastSign = DispatchTime.now().uptimeNanoseconds }
            guard let messages = try? parser.feed(chunk[..<count]) else { return false }
            for message in messages where !body(message.kind, message.payload) { return false }
        }
    }

    private func reap() -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        lock.withLock { isReaped = true }
        return status
    }

    private static func describe(_ status: Int32) -> String {
        let signal = status & 0x7F
        return signal == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(signal)"
    }

    /// Close-on-exec, and away from the numbers that the child's own descriptors get.
    private static func pipe() throws(JobFailure) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard csandbox_pipe(&ends) == 0 else {
            throw JobFailure(kind: .transient, code: "spawn_failed", message: "No pipe could be made for the analyzer.")
        }
        let moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 16) }
        ends.forEach { close($0) }
        return (moved[0], moved[1])
    }
}
