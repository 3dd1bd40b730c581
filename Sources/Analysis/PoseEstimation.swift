import Domain
import Ingest
import PoseKernel

/// Decoding and pose estimation of one clip: its segments on several threads at once, then joined to one track.
struct PoseEstimation {
    struct Outcome {
        var track: PoseTrack
        var info: MediaInfo
        var decodeSeconds = 0.0
        var networkSeconds = TimedNetworks.Seconds()
    }

    let source: ClipSource
    let options: AnalysisOptions
    let models: PoseModels

    /// Blocks until the clip is done; `progress` is called on the calling thread.
    func run(_ progress: (AnalysisProgress) -> Void) throws(AnalysisError) -> Outcome {
        let preparation = Ahead { [models, options] () throws(ModelError) in
            try NetworkPair.Supply(models: models, isa: options.isa ?? .best, precision: options.precision)
        }
        let opening = try open { info in
            options.inOnePiece ? .whole : SegmentPlan(duration: info.durationSeconds, keyFrames: info.keyFrames)
        }
        let networks = try networks(preparation, opening.crew)
        do throws(AnalysisError) {
            if let outcome = try estimate(opening, networks, progress) { return outcome }
        } catch {
            // What is wrong with a clip is told by reading it from one end to the other, always in the same words.
            guard opening.plan.isCut else { throw error }
        }
        guard let outcome = try estimate(try open { _ in .whole }, Array(networks.prefix(1)), progress) else {
            preconditionFailure("a clip in one piece gives a track or an error")
        }
        return outcome
    }

    private func open(_ plan: (MediaInfo) -> SegmentPlan) throws(AnalysisError) -> ClipOpening {
        try media { () throws(MediaError) in try ClipOpening(source, options, plan: plan) }
    }

    private func media<R>(_ body: () throws(MediaError) -> R) throws(AnalysisError) -> R {
        do throws(MediaError) { return try body() } catch { throw .media(error) }
    }

    /// Nil when the cuts do not work out.
    private func estimate(
        _ opening: ClipOpening, _ networks: [TimedNetworks], _ progress: (AnalysisProgress) -> Void
    ) throws(AnalysisError) -> Outcome? {
        let meter = ProgressMeter(total: opening.info.estimatedFrames)
        progress(meter.progress(0))
        let state = EstimationState()
        let estimator = SegmentEstimator(
            source: source, options: options, opening: opening, state: state,
            scratch: options.scratchFolder.flatMap { ScratchFile(in: $0) })
        let results = ResultSlots<SegmentTrack?, MediaError>(count: opening.plan.segments.count, empty: nil)
        Crew.run(jobs: opening.plan.segments.count, tools: networks) { networks, index in
            let result = Result { () throws(MediaError) in try estimator.estimate(index, networks) }
            if (try? result.get()) == nil { state.abandon() }
            results.set(result, index)
        } leaving: {
            state.addFreeThread()
        } waiting: {
            progress(meter.progress(state.frameCount))
        }
        progress(meter.progress(state.frameCount))
        let tracks = try media { () throws(MediaError) in try results.values() }.compactMap(\.self)
        return tracks.count == opening.plan.segments.count ? try outcome(tracks, estimator) : nil
    }

    private func networks(
        _ preparation: Ahead<NetworkPair.Supply, ModelError>, _ count: Int
    ) throws(AnalysisError) -> [TimedNetworks] {
        do throws(ModelError) { return try preparation.get().next(count).map { TimedNetworks($0) } } catch {
            throw .model(error)
        }
    }

    private func outcome(
        _ tracks: [SegmentTrack], _ estimator: SegmentEstimator
    ) throws(AnalysisError) -> Outcome? {
        let info = estimator.opening.info
        let joiner = SegmentJoiner(estimator: estimator, join: TrackJoin(width: info.width, height: info.height))
        let frames = try media { () throws(MediaError) in try joiner.joined(tracks) }
        return frames.map { frames in
            var outcome = Outcome(track: PoseTrack(width: info.width, height: info.height, frames: frames), info: info)
            for track in tracks {
                outcome.decodeSeconds += track.decodeSeconds
                outcome.networkSeconds += track.networkSeconds
            }
            return outcome
        }
    }
}
