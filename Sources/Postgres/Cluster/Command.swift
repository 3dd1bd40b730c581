import Foundation

/// Runs one command to its end. Not Foundation's Process: that notices the end only when every descendant has closed
/// what it inherited, and a server that was started in the background never does.
enum Command {
    /// Output and errors together, trimmed. Blocks the thread.
    static func run(_ arguments: [String]) -> (status: Int32, output: String) {
        // A file, not a pipe: the server inherits it, and a pipe would stay open as long as the server runs.
        let path = NSTemporaryDirectory() + "pthub-command-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var process = pid_t()
        let result = posix_spawnp(&process, arguments[0], &actions, nil, words, environ)
        guard result == 0 else { return (127, "\(arguments[0]): \(String(cString: strerror(result)))") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let exited = status & 0x7F == 0
        return (exited ? status >> 8 & 0xFF : 128 + status & 0x7F, text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
