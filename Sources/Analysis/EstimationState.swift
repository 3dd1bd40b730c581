import Synchronization

/// What the threads of one estimation share.
package final class EstimationState: Sendable {
    private let frames = Atomic(0)
    private let abandoned = Atomic(false)
    private let freeThreads = Mutex(0)

    package init() {}

    func countFrame() { frames.add(1, ordering: .relaxed) }

    /// Frames that are done, warm-ups left out.
    var frameCount: Int { frames.load(ordering: .relaxed) }

    /// A thread has nothing left to do.
    package func addFreeThread() { freeThreads.withLock { $0 += 1 } }

    /// Whether there is one; it is the caller's then, until it is added again.
    package func takeFreeThread() -> Bool {
        freeThreads.withLock { count in
            guard count > 0 else { return false }
            count -= 1
            return true
        }
    }

    /// What the threads do is not wanted any more.
    func abandon() { abandoned.store(true, ordering: .relaxed) }

    var isAbandoned: Bool { abandoned.load(ordering: .relaxed) }
}
