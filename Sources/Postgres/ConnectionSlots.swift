/// Who holds which connection. Waiters are served in the order in which they came.
actor ConnectionSlots {
    enum Grant: Sendable {
        case idle(Connection)
        /// The caller may open one.
        case room
        case timedOut
        case closed
    }

    private let limit: Int
    private var open = 0
    private var idle: [Connection] = []
    private var waiters: [(id: Int, continuation: CheckedContinuation<Grant, Never>)] = []
    private var nextWaiter = 0
    private var isClosed = false

    init(limit: Int) {
        self.limit = limit
    }

    func acquire(timeout: Duration) async -> Grant {
        if isClosed { return .closed }
        if let connection = idle.popLast() { return .idle(connection) }
        if open < limit {
            open += 1
            return .room
        }
        let id = nextWaiter
        nextWaiter += 1
        let timer = Task {
            try await Task.sleep(for: timeout)
            timeOut(id)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { waiters.append((id, $0)) }
    }

    func release(_ connection: Connection) {
        if isClosed {
            open -= 1
        } else if waiters.isEmpty {
            idle.append(connection)
        } else {
            waiters.removeFirst().continuation.resume(returning: .idle(connection))
        }
    }

    /// A connection was dropped or never came to be: its place is free.
    func giveUp() {
        if waiters.isEmpty {
            open -= 1
        } else {
            waiters.removeFirst().continuation.resume(returning: .room)
        }
    }

    func close() {
        isClosed = true
        open -= idle.count
        idle = []
        waiters.forEach { $0.continuation.resume(returning: .closed) }
        waiters = []
    }

    private func timeOut(_ id: Int) {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
        waiters.remove(at: index).continuation.resume(returning: .timedOut)
    }
}
