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
        let opening = try open { options.inOnePiece ? .whole : SegmentPlan(duration: $0.durationSeconds) }
        do throws(AnalysisError) {
            if let outcome = try estimate(opening, progress) { return outcome }
        } catch {
            // What is wrong with a clip is told by reading it from one end to the other, always in the same words.
            guard opening.plan.isCut else { throw error }
        }
        guard let outcome = try estimate(try open { _ in .whole }, progress) else {
            preconditionFailure("a clip in one piece gives a track or an error")
        }
        return outcome
    }

    private func open(_ plan: (MediaInfo) -> SegmentPlan) throws(AnalysisError) -> ClipOpening {
        do throws(MediaError) {
            return try ClipOpening(source, options, plan: plan)
        } catch {
            throw .media(error)
        }
    }

    /// Nil when the cuts do not work out.
    private func estimate(
        _ opening: ClipOpening, _ progress: (AnalysisProgress) -> Void
    ) throws(AnalysisError) -> Outcome? {
        let meter = ProgressMeter(total: opening.reader.info.estimatedFrames)
        progress(meter.progress(0))
        let state = EstimationState()
        let estimator = SegmentEstimator(source: source, options: options, opening: opening, state: state)
        let results = ResultSlots<SegmentTrack?, AnalysisError>(count: opening.plan.segments.count, empty: nil)
        Crew.run(jobs: opening.plan.segments.count, threads: opening.crew) {
            Result { () throws(ModelError) in
                try TimedNetworks(NetworkPair(models: models, isa: options.isa ?? .best, precision: options.precision))
            }
        } body: { networks, index in
            let result = Self.estimate(index, estimator, networks)
            if (try? result.get()) == nil { state.abandon() }
            results.set(result, index)
        } waiting: {
            progress(meter.progress(state.frameCount))
        }
        progress(meter.progress(state.frameCount))
        let tracks = try results.values().compactMap(\.self)
        return tracks.count == opening.plan.segments.count ? try outcome(tracks, estimator) : nil
    }

    private static func estimate(
        _ index: Int, _ estimator: SegmentEstimator, _ networks: Result<TimedNetworks, ModelError>
    ) -> Result<SegmentTrack?, AnalysisError> {
        networks.mapError { .model($0) }.flatMap { networks in
            Result { () throws(MediaError) in try estimator.estimate(index, networks) }.mapError { .media($0) }
        }
    }

    private func outcome(
        _ tracks: [SegmentTrack], _ estimator: SegmentEstimator
    ) throws(AnalysisError) -> Outcome? {
        let info = estimator.opening.reader.info
        let joiner = SegmentJoiner(estimator: estimator, join: TrackJoin(width: info.width, height: info.height))
        let frames: [PoseFrame]?
        do throws(MediaError) { frames = try joiner.joined(tracks) } catch { throw .media(error) }
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
