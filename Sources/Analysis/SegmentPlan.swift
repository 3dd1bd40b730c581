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

    package var segments: [Segment]

    package var isCut: Bool { segments.count > 1 }

    /// One segment, for clips that are not cut.
    package static let whole = SegmentPlan(segments: [Segment(start: 0, end: .infinity)])

    init(segments: [Segment]) { self.segments = segments }

    /// Cuts into an even number of equal parts, since most machines have an even number of cores.
    ///
    /// - Parameter duration: of the clip in seconds, as far as its container tells.
    package init(duration: Double?) {
        guard let duration, duration >= Self.leastLength else {
            self = .whole
            return
        }
        let count = 2 * max(1, Int((duration / (2 * Self.usualLength)).rounded()))
        segments = (0..<count).map { index in
            Segment(
                start: duration * Double(index) / Double(count),
                end: index + 1 < count ? duration * Double(index + 1) / Double(count) : .infinity)
        }
    }
}
