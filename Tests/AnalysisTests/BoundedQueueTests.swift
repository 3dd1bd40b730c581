import Analysis
import Foundation
import Synchronization
import Testing

/// The queue between decoding and estimation: order kept, bound kept, nobody left waiting.
@Suite struct BoundedQueueTests {
    private final class Counter: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .sequentiallyConsistent) }
        func add(_ more: Int) { count.add(more, ordering: .sequentiallyConsistent) }
    }

    /// Runs `body` on a thread of its own.
    private func beside(_ body: @escaping @Sendable () -> Void) -> DispatchSemaphore {
        let done = DispatchSemaphore(value: 0)
        Thread {
            body()
            done.signal()
        }.start()
        return done
    }

    @Test("A producer is never more than the capacity ahead, and all arrives in order", arguments: [1, 8])
    func bound(capacity: Int) {
        let queue = BoundedQueue<Int>(capacity: capacity)
        let pushed = Counter()
        let done = beside {
            for value in 0..<1000 where queue.push(value) { pushed.add(1) }
            queue.close()
        }
        for expected in 0..<1000 {
            #expect(queue.pop() == expected)
            // One more may be counted late: it was let in by this very pop.
            #expect(pushed.value <= expected + 1 + capacity)
        }
        #expect(queue.pop() == nil)
        done.wait()
    }

    @Test("Who waits for room learns that nobody wants more")
    func closed() {
        let queue = BoundedQueue<Int>(capacity: 1)
        #expect(queue.push(1))
        let refused = Counter()
        let done = beside { refused.add(queue.push(2) ? 0 : 1) }
        queue.close()
        done.wait()
        #expect(refused.value == 1)
        #expect(queue.pop() == 1, "what was taken in is still given out")
        #expect(queue.pop() == nil)
    }
}
