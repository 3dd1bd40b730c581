import Dispatch
package import Domain
package import Ingest
import OpenSSL
package import PoseKernel
package import Posture

/// One clip from bytes to report: decoding on a thread of its own, pose estimation behind it, posture at the end.
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
        let estimation = try estimatePose(source, options, progress)
        guard estimation.track.frames.contains(where: \.detected) else {
            throw .noPerson(frames: estimation.track.frames.count)
        }
        let facts = try clipFacts(source, estimation)
        let postureStart = DispatchTime.now().uptimeNanoseconds
        let report = PostureAnalyzer(rules: rules).analyze(
            estimation.track, exercise: options.exercise, clip: facts, provenance: provenance(options),
            prescription: options.prescription)
        let postureSeconds = seconds(since: postureStart)
        let images = options.keyFrames ? try keyFrames(source, report) : []

        let wall = seconds(since: start)
        let count = estimation.track.frames.count
        return AnalysisResult(
            report: report, track: estimation.track, keyFrames: images,
            timing: AnalysisTiming(
                wall: wall, decode: estimation.decode, detect: estimation.detect, landmark: estimation.landmark,
                posture: postureSeconds, frames: count, framesPerSecond: Double(count) / max(wall, 1e-9),
                peakMemoryBytes: AnalysisTiming.peakMemory()))
    }

    /// What the first two stages leave behind.
    private struct Estimation {
        var track: PoseTrack
        var info: MediaInfo
        var end: Double
        var decode: Double
        var detect: Double
        var landmark: Double
    }

    private func estimatePose(
        _ source: ClipSource, _ options: AnalysisOptions, _ progress: (AnalysisProgress) -> Void
    ) throws(AnalysisError) -> Estimation {
        let networks = TimedNetworks(try pair(options))
        let tracker = PoseTracker(networks: networks, options: options.reference ? .reference : .default)
        let reader = try rethrowing { () throws(MediaError) in
            try FrameReader(
                source, limits: options.limits, mode: options.reference ? .rgb : .planes,
                threads: max(options.threads - 1, 1))
        }
        let info = reader.info
        let decode = DecodeStage()
        decode.start(ReaderBox(reader: reader))

        var meter = ProgressMeter(total: info.estimatedFrames)
        progress(meter.progress)
        var track = PoseTrack(width: info.width, height: info.height, frames: [])
        var last: (time: Double, step: Double) = (0, 0)
        while let frame = decode.queue.pop() {
            track.frames.append(frame.withPixels { tracker.process($0, time: frame.time) })
            last = (frame.time, track.frames.count > 1 ? frame.time - last.time : 0)
            if meter.count() { progress(meter.progress) }
        }
        let decodeSeconds = try rethrowing { () throws(MediaError) in try decode.finish() }
        progress(meter.progress)
        return Estimation(
            track: track, info: info, end: last.time + last.step, decode: decodeSeconds,
            detect: networks.detectSeconds, landmark: networks.landmarkSeconds)
    }

    private func pair(_ options: AnalysisOptions) throws(AnalysisError) -> NetworkPair {
        do throws(ModelError) {
            return try NetworkPair(models: models, isa: options.isa ?? .best, precision: options.precision)
        } catch {
            throw .model(error)
        }
    }

    private func clipFacts(_ source: ClipSource, _ estimation: Estimation) throws(AnalysisError) -> ClipFacts {
        let digest = try rethrowing { () throws(MediaError) in try ClipDigest.sha256(of: source) }
        return ClipFacts(
            sha256: digest.hex, width: estimation.info.width, height: estimation.info.height,
            rotation: estimation.info.rotation, duration: ReportEncoding.round(estimation.end, places: 3),
            frames: estimation.track.frames.count, codec: estimation.info.codec)
    }

    private func provenance(_ options: AnalysisOptions) -> Provenance {
        Provenance(
            program: Self.programVersion,
            modelSHA256: .init(poseDetection: models.detectorDigest.hex, poseLandmark: models.landmarkDigest.hex),
            kernel: .init(isa: (options.isa ?? .best).rawValue, precision: options.precision.rawValue),
            rulesVersion: rules.version)
    }

    /// One picture for each finding, in the order of the findings.
    private func keyFrames(_ source: ClipSource, _ report: PostureReport) throws(AnalysisError) -> [KeyFrameImage] {
        let times = Set(report.findings.map(\.keyFrame) + report.reps.map(\.turn)).sorted()
        guard !times.isEmpty else { return [] }
        return try rethrowing { () throws(MediaError) in try KeyFrameImages.jpegs(from: source, at: times) }
    }

    private func rethrowing<R>(_ body: () throws(MediaError) -> R) throws(AnalysisError) -> R {
        do throws(MediaError) { return try body() } catch { throw .media(error) }
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
