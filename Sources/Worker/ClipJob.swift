import Analysis
import Archive
import Domain
import Foundation
import Jobs
import Logging
import Postgres
import Store

/// One job from claim to publication: `analyze` runs the analyzer child on the clip, `rescore` today's rules on its
/// archived track.
struct ClipJob: Sendable {
    let lease: Lease
    let queue: JobQueue
    let pool: PostgresPool
    let archive: any ObjectStore
    let configuration: WorkerConfiguration
    let running: RunningJobs
    let logger: Logger

    /// Never throws: every end is an outcome in the job table, or the lease runs out and another worker takes over.
    func run() async {
        do {
            switch lease.kind {
            case AnalyzePayload.kind: try await analyze()
            case RescorePayload.kind: try await rescore()
            default:
                throw JobFailure(
                    kind: .permanent, code: "unknown_kind",
                    message: "This worker does not know jobs of the kind \(lease.kind).")
            }
        } catch let failure as JobFailure {
            await settle(failure)
        } catch let error as ArchiveError {
            await settle(JobFailure(kind: .transient, code: "archive", message: error.description))
        } catch let error as PostgresError {
            await settle(JobFailure(kind: .transient, code: "database", message: error.message))
        } catch {
            await settle(JobFailure(kind: .transient, code: "internal", message: "\(error)"))
        }
    }

    private func analyze() async throws {
        guard let payload = try? lease.decode(AnalyzePayload.self),
            let clip = try await Clips(pool).find(payload.clip)
        else {
            throw JobFailure(kind: .permanent, code: "no_clip", message: "The clip of this job is not there any more.")
        }
        let judging = try await Judgings(pool).of(clip.id)
        let descriptor = try await archive.openDescriptor(try ObjectKey(validating: clip.objectKey))
        defer { close(descriptor) }
        let process = try await AnalyzerProcess.start(
            executable: configuration.executable, arguments: try arguments(judging), clip: descriptor)
        await running.attach(process, to: lease)
        logger.info("analysing", metadata: ["clip": "\(clip.id)", "child": "\(process.identifier)"])
        do {
            let output = try await process.wait { progress in
                guard let fraction = progress.fraction else { return }
                let state = JobProgress(
                    Float(fraction), rate: Float(progress.framesPerSecond),
                    secondsLeft: progress.secondsLeft.map(Float.init))
                Task { await running.setProgress(state, of: lease) }
            }
            await running.detach(lease)
            try await publish(output, clip.id, judging)
        } catch {
            await running.detach(lease)
            throw error
        }
    }

    private func arguments(_ judging: Judging) throws -> [String] {
        let cpuSeconds = Int(lease.maximumRuntime.seconds) * max(configuration.threadsPerJob, 1)
        return [
            "--judging", String(decoding: try JSONEncoder().encode(judging), as: UTF8.self), "--models",
            configuration.modelFolder,
            "--threads", "\(configuration.threadsPerJob)", "--memory", "\(configuration.childMemoryBytes)",
            "--cpu-seconds", "\(cpuSeconds)",
        ] + (configuration.rulesFolder.map { ["--rules", $0] } ?? [])
    }

    /// Objects first, under the lease's own prefix; then their names, in the fenced finish.
    private func publish(_ output: AnalyzerProcess.Output, _ clip: UUID, _ judging: Judging) async throws {
        let prefix = "\(clip.uuidString.lowercased())/\(lease.jobID)/\(lease.token)"
        let report = try ObjectKey(validating: prefix + "/report.json")
        let track = try ObjectKey(validating: prefix + "/track.jsonl")
        var frames: [KeyFrameReference] = []
        for (index, frame) in output.keyFrames.enumerated() {
            let key = try ObjectKey(validating: prefix + "/key-frame-\(index).jpg")
            try await archive.put(frame.jpeg, at: key)
            frames.append(KeyFrameReference(time: frame.time, key: key.path))
        }
        try await archive.put(output.track, at: track)
        try await archive.put(output.report, at: report)
        let result = Clips.PublishedResult(
            reportKey: report.path, trackKey: track.path, keyFrames: frames,
            reportJSON: String(decoding: output.report, as: UTF8.self))
        try await finish(result, clip, judging)
    }

    /// Publishing locks the clip's row, and whoever changes what it is judged by locks it too: so either this sees the
    /// change and has the clip judged again, or they see a report and do.
    private func finish(_ result: Clips.PublishedResult, _ clip: UUID, _ judging: Judging) async throws {
        let isPublished = try await repeating { [lease, queue, pool] in
            try await queue.finish(lease) { transaction in
                try await Clips(transaction).publish(result, for: clip)
                if try await Judgings(transaction).of(clip) != judging {
                    try await RescoreJobs.enqueue(clip, owner: lease.tenant, in: transaction, pool)
                }
            }
        }
        logger.info(isPublished ? "published" : "fenced out", metadata: ["clip": "\(clip)"])
    }

    /// The new report takes the old one's place; track and pictures stay.
    private func rescore() async throws {
        guard let payload = try? lease.decode(RescorePayload.self), let clip = try await Clips(pool).find(payload.clip)
        else {
            throw JobFailure(kind: .permanent, code: "no_clip", message: "The clip of this job is not there any more.")
        }
        guard let reportKey = clip.reportKey, let trackKey = clip.trackKey else {
            throw JobFailure(kind: .permanent, code: "not_analysed", message: "This clip has no pose track yet.")
        }
        let track = try await archive.read(try ObjectKey(validating: trackKey), range: nil)
        let old = try await archive.read(try ObjectKey(validating: reportKey), range: nil)
        let judging = try await Judgings(pool).of(clip.id)
        let report = try await RescoreStage.json(
            track: track, report: old, judging: judging, rulesFolder: configuration.rulesFolder)
        let prefix = "\(clip.id.uuidString.lowercased())/\(lease.jobID)/\(lease.token)"
        let key = try ObjectKey(validating: prefix + "/report.json")
        try await archive.put(report, at: key)
        try await finish(
            Clips.PublishedResult(
                reportKey: key.path, trackKey: trackKey, keyFrames: clip.keyFrames,
                reportJSON: String(decoding: report, as: UTF8.self)), clip.id, judging)
    }

    /// Tells the job table how the try ended, unless the lease is somebody else's by now.
    private func settle(_ failure: JobFailure) async {
        var failure = failure
        switch await running.end(of: lease) {
        case .lost: return
        case .drained:
            _ = try? await queue.release(lease)
            return
        case .cancelled:
            failure = JobFailure(kind: .cancelled, code: "cancelled", message: "The job was cancelled.")
        case .silent:
            failure = JobFailure(
                kind: .crash, code: "no_progress", message: "The analysis made no progress and was stopped.")
        case nil: break
        }
        logger.warning("job failed", metadata: ["job": "\(lease.jobID)", "code": "\(failure.code)"])
        let outcome = failure
        // When this fails too, the lease runs out and the job is rescued.
        _ = try? await repeating { [lease, queue, pool] in
            try await queue.fail(lease, outcome) { transaction in
                try await Clips(transaction).tellFailure(ofJob: lease.jobID, pool: pool)
            }
        }
    }

    /// The statements are fenced, so running one twice is harmless.
    private func repeating<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R {
        var pause = Duration.milliseconds(200)
        for _ in 0..<5 {
            do { return try await body() } catch let error as PostgresError where error.isTransient {
                try await Task.sleep(for: pause)
                pause *= 2
            }
        }
        return try await body()
    }
}
