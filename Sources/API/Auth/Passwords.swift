import Dispatch
import OpenSSL
package import Store

/// scrypt away from the cooperative pool, few at once: each call takes 128 MiB and a third of a second.
package final class Passwords: Sendable {
    private let queue: DispatchQueue
    private let slots: DispatchSemaphore

    package init(atOnce: Int = 2) {
        queue = DispatchQueue(label: "pthub.passwords", attributes: .concurrent)
        slots = DispatchSemaphore(value: atOnce)
    }

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
            queue.async { [slots] in
                slots.wait()
                defer { slots.signal() }
                continuation.resume(
                    with: Result { try Scrypt.derive(password: Array(password.utf8), salt: salt) })
            }
        }
    }
}
