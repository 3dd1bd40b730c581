import Dispatch
import Domain
import Jobs

/// The jobs that this worker holds, with their progress and the means to end them.
actor RunningJobs {
    /// Why a child was killed by its own worker.
    enum End: Sendable { case lost, cancelled, silent, drained }

    private struct Entry {
        var lease: Lease
        var progress = JobProgress(0)
        var process: AnalyzerProcess?
        var end: End?
    }

    private var entries: [Int64: Entry] = [:]

    var leases: [(lease: Lease, progress: JobProgress)] {
        entries.values.filter { $0.end != .lost }.map { ($0.lease, $0.progress) }
            .sorted { $0.0.jobID < $1.0.jobID }
    }

    var isEmpty: Bool { entries.isEmpty }

    func add(_ lease: Lease) { entries[lease.jobID] = Entry(lease: lease) }

    func remove(_ lease: Lease) { entries[lease.jobID] = nil }

    func setProgress(_ progress: JobProgress, of lease: Lease) { entries[lease.jobID]?.progress = progress }

    /// Kills at once when the job was ended before its child was there.
    func attach(_ process: AnalyzerProcess, to lease: Lease) {
        entries[lease.jobID]?.process = process
        if entries[lease.jobID]?.end != nil { process.kill() }
    }

    func detach(_ lease: Lease) { entries[lease.jobID]?.process = nil }

    func end(of lease: Lease) -> End? { entries[lease.jobID]?.end }

    func end(_ job: Int64, _ reason: End) {
        guard entries[job] != nil, entries[job]?.end == nil else { return }
        entries[job]?.end = reason
        entries[job]?.process?.kill()
    }

    func endAll(_ reason: End) {
        for job in entries.keys.sorted() { end(job, reason) }
    }

    func endSilent(after seconds: Double) {
        for (job, entry) in entries where (entry.process?.silence ?? 0) > seconds { end(job, .silent) }
    }
}
