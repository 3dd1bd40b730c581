import Dispatch
import Foundation
import HTTPTypes
import OpenSSL
package import Store
import Synchronization

/// scrypt on threads of its own and of low priority, few at once: each call takes 128 MiB and a third of a second of a
/// core, and a crowd at the door must not starve those who are inside.
package final class Passwords: Sendable {
    private let work: PasswordQueue

    package init(atOnce: Int = max(1, ProcessInfo.processInfo.activeProcessorCount - 1)) {
        work = PasswordQueue()
        for _ in 0..<atOnce {
            let thread = Thread { [work] in
                // On Linux the calling thread's alone.
                _ = nice(10)
                while let job = work.next() { job() }
            }
            thread.name = "pthub.passwords"
            thread.start()
        }
    }

    deinit { work.close() }

    package func credential(for password: String) async throws -> People.Credential {
        let salt = RandomBytes.generate(16)
        return People.Credential(salt: salt, hash: try await derive(password, salt))
    }

    package func matches(_ password: String, _ credential: People.Credential) async throws -> Bool {
        constantTimeEqual(try await derive(password, credential.salt), credential.hash)
    }

    /// Takes as long as a real check: whether there is such an account cannot be told by the clock.
    package func pretend(_ password: String) async throws {
        _ = try await derive(password, [UInt8](repeating: 0, count: 16))
    }

    private func derive(_ password: String, _ salt: [UInt8]) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = work.add {
                continuation.resume(with: Result { try Scrypt.derive(password: Array(password.utf8), salt: salt) })
            }
            if !isTaken { continuation.resume(throwing: Problem.crowded) }
        }
    }
}

/// What waits for a thread, in the order in which it came.
private final class PasswordQueue: Sendable {
    /// Who comes after so many is told to come back: they would wait for half a minute.
    private static let longest = 100

    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let count = DispatchSemaphore(value: 0)

    /// False: too many wait already.
    func add(_ job: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = jobs.withLock { jobs in
            guard jobs.count < Self.longest else { return false }
            jobs.append(job)
            return true
        }
        if isTaken { count.signal() }
        return isTaken
    }

    /// Waits for the next; nil when there will be none.
    func next() -> (@Sendable () -> Void)? {
        count.wait()
        return jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    func close() {
        // Each waiting thread gets one empty turn and ends.
        for _ in 0..<64 { count.signal() }
    }
}

extension Problem {
    static let crowded = Problem(
        .serviceUnavailable, "crowded", "Too many people are signing in at once. Try again in a moment.",
        headers: [.retryAfter: "10"])
}
