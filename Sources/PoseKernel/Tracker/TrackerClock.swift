/// The time that the filters see.
package struct TrackerClock: Sendable {
    package enum Source: Equatable, Sendable {
        /// The frames' presentation times.
        case presentation
        /// The same step for every frame, whatever its time.
        case fixed(microseconds: Int)
    }

    /// What a frame lasts when its time does not say: 1/30 s as the reference rounds it.
    package static let nominalStep = 33_333

    private let source: Source
    private var nanoseconds: Int64 = 0
    private var lastTime = Double.nan

    package init(_ source: Source) { self.source = source }

    /// The filters' time of the next frame in nanoseconds: always later than the one before, and never 0.
    ///
    /// A presentation time that repeats, goes back or is not a number counts as a nominal step, and the following ones
    /// are measured from it.
    package mutating func advance(to time: Double) -> Int64 {
        nanoseconds += step(to: time)
        lastTime = time
        return nanoseconds
    }

    private func step(to time: Double) -> Int64 {
        switch source {
        case .fixed(let microseconds):
            return Int64(microseconds) * 1000
        case .presentation:
            // More than a day is a broken time stamp; less than a microsecond is a repeated one.
            let step = ((time - lastTime) * 1e9).rounded()
            return step >= 1e3 && step <= 86_400e9 ? Int64(step) : Int64(Self.nominalStep) * 1000
        }
    }
}
