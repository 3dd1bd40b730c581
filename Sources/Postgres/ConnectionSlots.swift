import Synchronization

/// Who holds which connection. Waiters are served in the order in which they came.
final class ConnectionSlots: Sendable {
    enum Grant: Sendable {
        case idle(Connection)
        /// The caller may open one.
        case room
        case timedOut
        case closed
    }

    private struct Waiter: Sendable {
        var id: Int
        var continuation: CheckedContinuation<Grant, Never>
        var timer: Task<Void, any Error>

        func resume(_ grant: Grant) {
            timer.cancel()
            continuation.resume(returning: grant)
        }
    }

    private struct State {
        var open = 0
        var idle: [Connection] = []
        var waiters: [Waiter] = []
        var nextWaiter = 0
        var isClosed = false

        /// What can be had without waiting.
        mutating func take(limit: Int) -> Grant? {
            if isClosed { return .closed }
            if let connection = idle.popLast() { return .idle(connection) }
            guard open < limit else { return nil }
            open += 1
            return .room
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    func acquire(timeout: Duration) async -> Grant {
        if let grant = state.withLock({ $0.take(limit: limit) }) { return grant }
        return await withCheckedContinuation { continuation in
            let grant = state.withLock { state -> Grant? in
                // One may have come back since.
                if let grant = state.take(limit: limit) { return grant }
                let id = state.nextWaiter
                state.nextWaiter += 1
                let timer = Task {
                    try await Task.sleep(for: timeout)
                    timeOut(id)
                }
                state.waiters.append(Waiter(id: id, continuation: continuation, timer: timer))
                return nil
            }
            if let grant { continuation.resume(returning: grant) }
        }
    }

    func release(_ connection: Connection) {
        let waiter = state.withLock { state -> Waiter? in
            if state.isClosed {
                state.open -= 1
            } else if !state.waiters.isEmpty {
                return state.waiters.removeFirst()
            } else {
                state.idle.append(connection)
            }
            return nil
        }
        waiter?.resume(.idle(connection))
    }

    /// A connection was dropped or never came to be: its place is free.
    func giveUp() {
        let waiter = state.withLock { state -> Waiter? in
            if !state.waiters.isEmpty { return state.waiters.removeFirst() }
            state.open -= 1
            return nil
        }
        waiter?.resume(.room)
    }

    func close() {
        let (waiters, idle) = state.withLock { state in
            defer { (state.idle, state.waiters, state.isClosed) = ([], [], true) }
            state.open -= state.idle.count
            return (state.waiters, state.idle)
        }
        waiters.forEach { $0.resume(.closed) }
        // The connections end here, outside the lock.
        _ = idle
    }

    private func timeOut(_ id: Int) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
        }
        waiter?.resume(.timedOut)
    }
}
