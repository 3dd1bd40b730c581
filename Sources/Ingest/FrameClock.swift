/// Presentation times in seconds from the first frame's, strictly increasing: what the file gives, repaired where it
/// gives nothing or goes back.
struct FrameClock {
    private var first: Double?
    private var last = 0.0
    /// Seconds a frame at the claimed rate, for frames without a time.
    private let step: Double
    /// Whether a time had to be made up: then it depends on where reading began.
    private(set) var isRepaired = false

    init(averageFrameRate: Double?) {
        step = averageFrameRate.flatMap { $0 > 0 ? 1 / $0 : nil } ?? 1.0 / 30
    }

    /// For a reader that enters a clip later: times from the same first frame, all above `last`.
    init(averageFrameRate: Double?, origin: Double, last: Double) {
        self.init(averageFrameRate: averageFrameRate)
        (first, self.last) = (origin, last)
    }

    /// Where the file's clock stands at time 0.
    var origin: Double { first ?? 0 }

    /// `stamp` is the file's time in seconds, nil where it has none.
    mutating func time(_ stamp: Double?) -> Double {
        guard let first else {
            self.first = stamp ?? 0
            isRepaired = stamp == nil
            return 0
        }
        let wanted = stamp.map { $0 - first } ?? last + step
        if stamp == nil || wanted <= last { isRepaired = true }
        // Half a step keeps frames in order without running ahead of the file's own clock.
        last = wanted > last ? wanted : last + step / 2
        return last
    }
}
