package import Domain
package import Foundation

/// A job as people see it.
package struct JobStatus: Sendable {
    package var id: Int64
    package var kind: String
    package var queue: String
    package var tenant: Int64
    package var state: JobState
    /// 0...1 while it runs.
    package var progress: Float
    package var attempt: Int
    package var lastError: JobFailure?
    package var createdAt: Date
    package var finishedAt: Date?
}

/// How many jobs of a queue are in each state.
package struct QueueDepth: Equatable, Sendable {
    package var queue: String
    package var state: JobState
    package var count: Int64
}
