import Foundation

/// What a thread of its own makes, while the one that wants it does something else.
package final class Ahead<Value, Failure: Error>: @unchecked Sendable {  // `result` is written before the signal
    private var result: Result<Value, Failure>?
    private let isMade = DispatchSemaphore(value: 0)

    package init(_ make: @escaping @Sendable () throws(Failure) -> Value) {
        let thread = Thread { [self] in
            result = Result(catching: make)
            isMade.signal()
        }
        thread.name = "ahead"
        thread.start()
    }

    /// Waits for it; to be called once, by one thread, which has it for itself from then on.
    package func get() throws(Failure) -> Value {
        isMade.wait()
        guard let result = result.take() else { preconditionFailure("it is there once") }
        return try result.get()
    }
}
