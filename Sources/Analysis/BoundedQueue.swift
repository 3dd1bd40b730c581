import Foundation

/// A queue between two threads that holds at most `capacity` elements: the faster side waits for the slower, so
/// memory stays flat whatever the clip's length.
package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {  // every access holds `condition`
    private let condition = NSCondition()
    private let capacity: Int
    private var elements: [Element] = []
    private var isClosed = false

    package init(capacity: Int) {
        self.capacity = capacity
    }

    /// Waits for room. False once the queue is closed: then nobody wants the element.
    package func push(_ element: Element) -> Bool {
        condition.withLock {
            while elements.count >= capacity && !isClosed { condition.wait() }
            guard !isClosed else { return false }
            elements.append(element)
            condition.broadcast()
            return true
        }
    }

    /// Waits for an element. Nil once the queue is closed and empty.
    package func pop() -> Element? {
        condition.withLock {
            while elements.isEmpty && !isClosed { condition.wait() }
            guard !elements.isEmpty else { return nil }
            condition.broadcast()
            return elements.removeFirst()
        }
    }

    package func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}
