import Synchronization

/// Carries a value, which only one thread may use, to the first that takes it; after that it is gone from here.
final class Once<Value>: @unchecked Sendable {  // every access holds `lock`
    private let lock = Mutex(())
    private var value: Value?

    init(_ value: Value) { self.value = value }

    /// Nil when it was taken before.
    func take() -> Value? {
        lock.withLock { _ in
            defer { value = nil }
            return value
        }
    }
}
