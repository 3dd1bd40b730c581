import CSandbox
import Dispatch
import Domain
import Foundation

/// Hands a message to the configured program and waits for it on a thread of its own.
struct MailProgram: Sendable {
    let configuration: MailConfiguration

    private static let queue = DispatchQueue(label: "pthub.mail", attributes: .concurrent)
    /// sysexits.h: the address is no good, or the message is refused: no use in trying again.
    private static let permanentCodes: Set<Int32> = [65, 67, 68, 77]

    func send(_ message: MailMessage) async throws(JobFailure) {
        // The message's lines end as the program's input does; addresses are arguments, never part of a header that is
        // parsed for them.
        let arguments = configuration.command + ["--", message.to]
        let text = message.rendered
        let result = await withCheckedContinuation { continuation in
            Self.queue.async { [configuration] in
                continuation.resume(returning: Self.run(arguments, input: text, timeout: configuration.timeout))
            }
        }
        if let failure = result { throw failure }
    }

    /// Nil when the program took the message. Input and output are files: a pipe that nobody reads blocks.
    private static func run(_ arguments: [String], input: String, timeout: Double) -> JobFailure? {
        let folder = NSTemporaryDirectory() + "pthub-mail-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data(input.utf8).write(to: URL(fileURLWithPath: folder + "/message"))
        } catch { return failure("The message cannot be written: \(error)") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, folder + "/message", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, folder + "/output", O_WRONLY | O_CREAT | O_EXCL, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        // Not the whole environment: it holds the database's password.
        let known = ProcessInfo.processInfo.environment
        let names: [String] = ["PATH", "HOME"]
        let settings = names.compactMap { name in known[name].map { strdup("\(name)=\($0)") } } + [nil]
        defer { settings.forEach { free($0) } }
        var process = pid_t()
        let spawned = posix_spawnp(&process, arguments[0], &actions, nil, words, settings)
        guard spawned == 0 else {
            return failure("The mail program \(arguments[0]) does not start: \(String(cString: strerror(spawned))).")
        }
        guard let status = wait(process, timeout) else {
            return failure("The mail program did not end within \(Int(timeout)) s.")
        }
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
        guard code != 0 else { return nil }
        let output = FileManager.default.contents(atPath: folder + "/output").map {
            String(decoding: $0, as: UTF8.self)
        }
        let reason = (output ?? "").split(separator: "\n").first.map { ": \($0.prefix(200))" } ?? ""
        return JobFailure(
            kind: permanentCodes.contains(code) ? .permanent : .transient, code: "mail_refused",
            message: "The mail program ended with \(code)\(reason)")
    }

    private static func failure(_ message: String) -> JobFailure {
        JobFailure(kind: .transient, code: "mail_program", message: message)
    }

    /// Its status; nil when it had to be killed.
    private static func wait(_ process: pid_t, _ timeout: Double) -> Int32? {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(timeout)
        var status: Int32 = 0
        while true {
            let done = waitpid(process, &status, WNOHANG)
            if done == process { return status }
            if clock.now > end {
                kill(process, SIGKILL)
                while waitpid(process, &status, 0) < 0 && errno == EINTR {}
                return nil
            }
            usleep(10_000)
        }
    }
}
