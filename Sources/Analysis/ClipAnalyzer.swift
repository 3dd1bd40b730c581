import Dispatch
package import Domain
package import Ingest
import OpenSSL
package import PoseKernel
package import Posture

/// One clip from bytes to report: decoding and pose estimation on several threads, posture at the end.
package struct ClipAnalyzer: Sendable {
    /// What reports name as the program that made them.
    package static let programVersion = "pthub 0.1.0"

    private let models: PoseModels
    private let rules: RuleSet

    package init(models: PoseModels, rules: RuleSet) {
        (self.models, self.rules) = (models, rules)
    }

    /// Blocks the calling thread until the clip is done; call it on a thread of your own. `progress` is called on
    /// that thread, at first at once and then some ten times a second.
    package func analyze(
        _ source: ClipSource, options: AnalysisOptions, progress: (AnalysisProgress) -> Void = { _ in }
    ) throws(AnalysisError) -> AnalysisResult {
        let start = DispatchTime.now().uptimeNanoseconds
        let estimation = try PoseEstimation(source: source, options: options, models: models).run(progress)
        guard estimation.track.frames.contains(where: \.detected) else {
            throw .noPerson(frames: estimation.track.frames.count)
        }
        let (facts, digestSeconds) = try timed { () throws(AnalysisError) in try clipFacts(source, estimation) }
        let (report, postureSeconds) = try timed { () throws(AnalysisError) in
            PostureAnalyzer(rules: rules).analyze(
                estimation.track, exercise: options.exercise, clip: facts, provenance: provenance(options),
                prescription: options.prescription)
        }
        let (images, imageSeconds) = try timed { () throws(AnalysisError) in
            options.keyFrames ? try keyFrames(source, report, estimation.track, options) : []
        }

        let wall = seconds(since: start)
        let count = estimation.track.frames.count
        return AnalysisResult(
            report: report, track: estimation.track, keyFrames: images,
            timing: AnalysisTiming(
                wall: wall, decode: estimation.decodeSeconds, detect: estimation.networkSeconds.detect,
                landmark: estimation.networkSeconds.landmark, posture: postureSeconds, digest: digestSeconds,
                keyFrames: imageSeconds, frames: count, framesPerSecond: Double(count) / max(wall, 1e-9),
                peakMemoryBytes: AnalysisTiming.peakMemory()))
    }

    private func clipFacts(_ source: ClipSource, _ estimation: PoseEstimation.Outcome) throws(AnalysisError)
        -> ClipFacts
    {
        let digest = try rethrowing { () throws(MediaError) in try ClipDigest.sha256(of: source) }
        return ClipFacts(
            sha256: digest.hex, width: estimation.info.width, height: estimation.info.height,
            rotation: estimation.info.rotation, duration: ReportEncoding.round(Self.end(estimation.track), places: 3),
            frames: estimation.track.frames.count, codec: estimation.info.codec)
    }

    /// Seconds at which the last frame ends: it is taken to last as long as the one before.
    private static func end(_ track: PoseTrack) -> Double {
        let times = track.frames.suffix(2).map(\.time)
        return times.count == 2 ? times[1] + (times[1] - times[0]) : times.last ?? 0
    }

    private func provenance(_ options: AnalysisOptions) -> Provenance {
        Provenance(
            program: Self.programVersion,
            modelSHA256: .init(poseDetection: models.detectorDigest.hex, poseLandmark: models.landmarkDigest.hex),
            kernel: .init(isa: (options.isa ?? .best).rawValue, precision: options.precision.rawValue),
            rulesVersion: rules.version)
    }

    /// A picture for each finding and each rep's turn, in the order of time: a second pass over parts of the clip, shared
    /// out among the threads.
    private func keyFrames(
        _ source: ClipSource, _ report: PostureReport, _ track: PoseTrack, _ options: AnalysisOptions
    ) throws(AnalysisError) -> [KeyFrameImage] {
        let frames = track.frames.map(\.time)
        let times = Set(report.findings.map(\.keyFrame) + report.reps.map(\.turn)).sorted()
        let parts = min(options.threads, times.count)
        let images = ResultSlots<[KeyFrameImage], MediaError>(count: parts, empty: [])
        Crew.run(jobs: parts, tools: Array(repeating: (), count: parts)) { _, part in
            let own = times[times.count * part / parts..<times.count * (part + 1) / parts]
            let result = Result { () throws(MediaError) in
                try KeyFrameImages.jpegs(from: source, at: Array(own), among: frames, limits: options.limits)
            }
            images.set(result, part)
        } waiting: {
        }
        return try rethrowing { () throws(MediaError) in try images.values() }.flatMap(\.self)
    }

    private func rethrowing<R>(_ body: () throws(MediaError) -> R) throws(AnalysisError) -> R {
        do throws(MediaError) { return try body() } catch { throw .media(error) }
    }

    private func timed<R>(_ body: () throws(AnalysisError) -> R) throws(AnalysisError) -> (R, Double) {
        let start = DispatchTime.now().uptimeNanoseconds
        return (try body(), seconds(since: start))
    }

    private func seconds(since start: UInt64) -> Double {
        Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    }
}

/// Everything that an analysis gives.
package struct AnalysisResult: Sendable {
    package var report: PostureReport
    package var track: PoseTrack
    package var keyFrames: [KeyFrameImage]
    package var timing: AnalysisTiming
}
