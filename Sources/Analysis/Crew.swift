import Foundation

/// Threads that share out numbered jobs among themselves.
enum Crew {
    /// Runs `body` for every job and waits. Jobs are begun in their order; there is a thread for each element of `tools`,
    /// which it alone uses, and each takes the next job when it is done with one; a thread that finds none calls `leaving`.
    /// Meanwhile `waiting` is called on the calling thread about ten times a second.
    static func run<Tools>(
        jobs: Int, tools: [Tools], body: @escaping @Sendable (Tools, _ job: Int) -> Void,
        leaving: @escaping @Sendable () -> Void = {}, waiting: () -> Void
    ) {
        let desk = Desk(jobs: jobs, threads: tools.count)
        for (index, tools) in tools.enumerated() {
            let handover = Once(tools)
            let thread = Thread {
                guard let tools = handover.take() else { preconditionFailure("each thread has tools of its own") }
                while let job = desk.take() { body(tools, job) }
                leaving()
                desk.leave()
            }
            thread.name = "crew \(index)"
            // FFmpeg's decoders keep large frames on the stack.
            thread.stackSize = 4 << 20
            thread.start()
        }
        while !desk.isDone(within: 0.1) { waiting() }
    }

    private final class Desk: @unchecked Sendable {  // every access holds `condition`
        private let condition = NSCondition()
        private let jobs: Int
        private var next = 0
        private var present: Int

        init(jobs: Int, threads: Int) { (self.jobs, present) = (jobs, threads) }

        func take() -> Int? {
            condition.withLock {
                guard next < jobs else { return nil }
                defer { next += 1 }
                return next
            }
        }

        func leave() {
            condition.withLock {
                present -= 1
                condition.signal()
            }
        }

        func isDone(within seconds: Double) -> Bool {
            condition.withLock {
                if present > 0 { _ = condition.wait(until: Date(timeIntervalSinceNow: seconds)) }
                return present == 0
            }
        }
    }
}
