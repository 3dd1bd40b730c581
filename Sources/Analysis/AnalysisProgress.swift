/// How far an analysis is.
package struct AnalysisProgress: Codable, Equatable, Sendable {
    package var frames: Int
    /// Frames in the clip as far as its container tells; nil when it does not.
    package var total: Int?
    package var framesPerSecond: Double
    package var secondsLeft: Double?

    package init(frames: Int, total: Int?, framesPerSecond: Double, secondsLeft: Double?) {
        self.frames = frames
        self.total = total
        self.framesPerSecond = framesPerSecond
        self.secondsLeft = secondsLeft
    }

    /// 0...1; the container's count is a claim, so never above 1. Nil when the end is not known.
    package var fraction: Double? {
        total.map { min(Double(frames) / Double(max($0, 1)), 1) }
    }

    enum CodingKeys: String, CodingKey {
        case frames, total
        case framesPerSecond = "frames_per_s"
        case secondsLeft = "left_s"
    }
}
