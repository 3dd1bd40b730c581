package import Domain

/// Whether a job that failed is tried again: the pure part of `fail` and `rescue`.
package enum RetryPolicy {
    /// A job that kills its child this often is poison.
    package static let maximumCrashes = 3

    package static func isRetried(_ kind: JobFailure.Kind, attempt: Int, maximumAttempts: Int, crashes: Int) -> Bool {
        switch kind {
        case .permanent, .cancelled: false
        case .transient: attempt < maximumAttempts
        case .crash: attempt < maximumAttempts && crashes + 1 < maximumCrashes
        }
    }

    /// Seconds before the next try, before jitter: doubling, at most five minutes.
    package static func backoff(attempt: Int) -> Double {
        min(300, Double(1 << min(max(attempt, 0), 20)))
    }
}
