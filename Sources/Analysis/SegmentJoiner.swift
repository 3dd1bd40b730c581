import Domain
import Ingest
import PoseKernel

/// Puts the tracks of a clip's segments together.
struct SegmentJoiner {
    let estimator: SegmentEstimator
    let join: TrackJoin

    /// Nil when the segments do not have the same frames where they overlap: then the clip cannot be cut.
    ///
    /// Where two tracks do not agree, the earlier one goes on into the later one's segment until they do, as it would
    /// have done in one piece.
    func joined(_ tracks: [SegmentTrack]) throws(MediaError) -> [PoseFrame]? {
        let segments = estimator.opening.plan.segments
        var frames = try tracks[0].frames.take()
        var tracker = tracks[0].tracker
        for (segment, track) in zip(segments, tracks).dropFirst() {
            let later = try track.frames.take()
            let window = segment.start - SegmentPlan.joinWindow..<segment.start
            switch join.place(frames, later, within: window) {
            case .at(let time):
                append(later, from: time, to: &frames)
            case .nowhere:
                guard let time = try extend(&frames, tracker, over: segment, until: later) else { return nil }
                // Never: the earlier track has taken the whole segment.
                guard time < .infinity else { continue }
                append(later, from: time, to: &frames)
            case .differentFrames:
                return nil
            }
            tracker = track.tracker
        }
        return frames
    }

    private func append(_ later: [PoseFrame], from time: Double, to frames: inout [PoseFrame]) {
        while let last = frames.last, last.time >= time { frames.removeLast() }
        frames += later.drop { $0.time < time }
    }

    /// The time from which both agree, infinite where they never do; nil when the clip cannot be entered there.
    private func extend(
        _ frames: inout [PoseFrame], _ tracker: PoseTracker, over segment: SegmentPlan.Segment,
        until later: [PoseFrame]
    ) throws(MediaError) -> Double? {
        var upcoming = later.drop { $0.time < segment.start }
        var meeting = Double.infinity
        let isDone = try estimator.extend(tracker, over: segment.start..<segment.end) { frame in
            while let next = upcoming.first, next.time < frame.time { upcoming.removeFirst() }
            if let next = upcoming.first, next.time == frame.time, join.agree(frame, next) {
                meeting = frame.time
                return false
            }
            frames.append(frame)
            return true
        }
        return isDone ? meeting : nil
    }
}
