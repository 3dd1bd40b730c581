import Dispatch
import Foundation
import Synchronization

/// A thread of its own for calls that block, one after another: it is nobody's share of a pool.
final class SerialThread: Sendable {
    private let work = Work()

    init(name: String) {
        let thread = Thread { [work] in
            while let job = work.next() { job() }
        }
        thread.name = name
        thread.start()
    }

    deinit { work.end() }

    func async(_ job: @escaping @Sendable () -> Void) {
        work.add(job)
    }

    /// What the thread has yet to do; outlives its owner until that is done.
    private final class Work: Sendable {
        private let jobs = Mutex<[@Sendable () -> Void]>([])
        private let count = DispatchSemaphore(value: 0)

        func add(_ job: @escaping @Sendable () -> Void) {
            jobs.withLock { $0.append(job) }
            count.signal()
        }

        /// Waits for the next; nil at the end.
        func next() -> (@Sendable () -> Void)? {
            count.wait()
            return jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }

        func end() {
            count.signal()
        }
    }
}
