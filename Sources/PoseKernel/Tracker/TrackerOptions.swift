/// How a tracker decides and what its filters take for time.
package struct TrackerOptions: Equatable, Sendable {
    package var clock: TrackerClock.Source = .presentation
    /// A person is detected at this score or above.
    package var minDetectionConfidence: Float = 0.5
    /// A person is still there when the landmark network's flag is above this; also asked of newly detected ones.
    package var minTrackingConfidence: Double = 0.5

    /// Presentation times.
    package static let `default` = TrackerOptions()
    /// The clock of MediaPipe's Python solution: for comparison with it.
    package static let reference = TrackerOptions(clock: .fixed(microseconds: TrackerClock.nominalStep))

    package init(
        clock: TrackerClock.Source = .presentation, minDetectionConfidence: Float = 0.5,
        minTrackingConfidence: Double = 0.5
    ) {
        self.clock = clock
        self.minDetectionConfidence = minDetectionConfidence
        self.minTrackingConfidence = minTrackingConfidence
    }
}
