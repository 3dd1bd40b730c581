import Domain
import Ingest
import PoseKernel

/// Estimates the pose in the segments of one clip.
struct SegmentEstimator: Sendable {
    let source: ClipSource
    let options: AnalysisOptions
    let opening: ClipOpening
    let state: EstimationState
    /// For the frames that were found; nil: they stay in memory.
    let scratch: ScratchFile?

    /// One segment from its warm-up to its end. Nil when the clip cannot be entered there or has no times of its own, so
    /// that cutting it is of no use.
    func estimate(_ index: Int, _ networks: TimedNetworks) throws(MediaError) -> SegmentTrack? {
        let segment = opening.plan.segments[index]
        if index == 0 {
            guard let beginning = opening.beginning.take() else { preconditionFailure("a segment is estimated once") }
            let track = try estimate(segment, beginning.reader, first: beginning.first, networks)
            return opening.plan.isCut && beginning.reader.hasRepairedTimes ? nil : track
        }
        guard let reader = try entered(at: segment.start - SegmentPlan.warmUp, threads: opening.threadsEach) else {
            return nil
        }
        let track = try estimate(segment, reader, first: nil, networks)
        return reader.hasRepairedTimes ? nil : track
    }

    /// Lets a tracker go on behind its segment. `use` gets each frame's pose and says whether to go on.
    ///
    /// - Returns: false when the clip cannot be entered there.
    func extend(
        _ tracker: PoseTracker, over range: Range<Double>, _ use: (PoseFrame) -> Bool
    ) throws(MediaError) -> Bool {
        guard let reader = try entered(at: range.lowerBound, threads: options.threads) else { return false }
        while let frame = try reader.next(), frame.time < range.upperBound {
            guard use(frame.withPixels({ tracker.process($0, time: frame.time) })) else { break }
        }
        return !reader.hasRepairedTimes
    }

    private func entered(at time: Double, threads: Int) throws(MediaError) -> FrameReader? {
        let reader = try FrameReader(
            source, limits: options.limits, mode: .roughPlanes, threads: ClipOpening.decoderThreads(threads))
        return reader.enter(at: time, after: opening.start) ? reader : nil
    }

    private func estimate(
        _ segment: SegmentPlan.Segment, _ reader: FrameReader, first: VideoFrame?, _ networks: TimedNetworks
    ) throws(MediaError) -> SegmentTrack {
        let tracker = PoseTracker(networks: networks, options: options.reference ? .reference : .default)
        let before = networks.seconds
        let frames: any FrameSource =
            opening.threadsEach > 1
            ? DecodeStage(reader)
            : HelpedDecoding(reader, batchBytes: InlineDecoding.usualBatch, state: state)
        let track = SegmentFrames(scratch)
        var first = first
        func next() throws(MediaError) -> VideoFrame? {
            if let frame = first.take() { return frame }
            return try frames.next()
        }
        // Each frame is let go before the next is decoded: its buffers, still in the cache, are the next picture's.
        while let frame = try next(), frame.time < segment.end, !state.isAbandoned {
            track.append(frame.withPixels { tracker.process($0, time: frame.time) })
            if frame.time >= segment.start { state.countFrame() }
        }
        track.finish()
        let decodeSeconds = frames.finish()
        return SegmentTrack(
            frames: track, tracker: tracker, decodeSeconds: decodeSeconds, networkSeconds: networks.seconds - before)
    }
}

/// What one segment gave, warm-up included, and the tracker as it stands at its end.
struct SegmentTrack: @unchecked Sendable {  // handed from the thread that made it to the one that joins, once
    let frames: SegmentFrames
    let tracker: PoseTracker
    var decodeSeconds: Double
    var networkSeconds: TimedNetworks.Seconds
}
