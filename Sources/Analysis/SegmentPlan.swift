import Ingest

/// How a clip is cut for analysis in several places at once. Goes by the clip alone, never by threads or cores, so that
/// these change only who computes what.
package struct SegmentPlan: Equatable, Sendable {
    /// One stretch of a clip in seconds from its first frame; a half-open range.
    package struct Segment: Equatable, Sendable {
        package var start: Double
        /// Infinite for the last one: it goes on as long as there are frames.
        package var end: Double
    }

    /// The tracker begins so much before its segment, in seconds: its filters settle meanwhile.
    package static let warmUp = 1.5
    /// Within so many seconds before a segment's start the tracks may go over into each other. By then the later one has
    /// had the rest of its warm-up.
    package static let joinWindow = 0.5
    /// Seconds below which a clip is not cut: it is done in a few seconds as it is, and the warm-up would be a good part
    /// of it.
    static let leastLength = 15.0
    /// Seconds of one segment in a long clip, about.
    static let usualLength = 30.0

    /// A frame between key frame and warm-up, which is decoded only if others need it, takes such a part of the time of
    /// one that is decoded and estimated.
    private static let runUpCost = 0.3
    /// So much later than its index says a key frame may be shown, in seconds; before that it is no way in.
    private static let reordering = 0.2

    package var segments: [Segment]

    package var isCut: Bool { segments.count > 1 }

    /// One segment, for clips that are not cut.
    package static let whole = SegmentPlan(segments: [Segment(start: 0, end: .infinity)])

    init(segments: [Segment]) { self.segments = segments }

    /// Cuts into an even number of parts, since most machines have an even number of cores, that take equally long:
    /// warm-up and decoding from the last key frame on count with the part that they are for.
    ///
    /// - Parameters:
    ///   - duration: of the clip in seconds, as far as its container tells.
    ///   - keyFrames: where decoding can begin, in ascending order; see `MediaInfo.keyFrames`.
    package init(duration: Double?, keyFrames: [Double] = []) {
        guard let duration, duration >= Self.leastLength else {
            self = .whole
            return
        }
        let count = 2 * max(1, Int((duration / (2 * Self.usualLength)).rounded()))
        // The least effort with which so many parts reach the clip's end.
        var (tooLittle, enough) = (0.0, duration)
        for _ in 0..<40 {
            let effort = (tooLittle + enough) / 2
            let end = Self.ends(count, effort: effort, keyFrames)[count - 1]
            if end < duration { tooLittle = effort } else { enough = effort }
        }
        let ends = Self.ends(count, effort: enough, keyFrames).dropLast() + [.infinity]
        segments = zip([0] + ends, ends).map { Segment(start: $0, end: $1) }
    }

    /// Where parts end that take an effort each: of decoding and estimating so many seconds of film.
    private static func ends(_ count: Int, effort: Double, _ keyFrames: [Double]) -> [Double] {
        var ends = [effort]
        while ends.count < count {
            let entry = ends[ends.count - 1] - warmUp
            ends.append(entry + effort - runUpCost * runUp(to: entry, keyFrames))
        }
        return ends
    }

    /// Seconds from the last key frame to `time`; 0 where the index tells of none that is near.
    private static func runUp(to time: Double, _ keyFrames: [Double]) -> Double {
        let shown = time - reordering
        guard let last = keyFrames.latest(notAfter: shown), shown - last <= FrameReader.longestRunUp else { return 0 }
        return shown - last
    }
}
