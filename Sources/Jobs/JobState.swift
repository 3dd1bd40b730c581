/// The states of a job. A retry and a schedule are `queued` with a later `run_at`, so nothing has to promote rows.
package enum JobState: String, CaseIterable, Codable, Sendable {
    case blocked, queued, running, succeeded, dead, cancelled

    package var isFinal: Bool { successors.isEmpty }

    /// Where a job may go from here.
    package var successors: Set<JobState> {
        switch self {
        case .blocked: [.queued, .dead, .cancelled]
        case .queued: [.running, .cancelled]
        case .running: [.queued, .succeeded, .dead, .cancelled]
        case .succeeded, .dead, .cancelled: []
        }
    }
}
