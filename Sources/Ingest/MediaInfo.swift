/// What the container and the decoder say of the chosen video stream. Claims, not measurements: only the size is
/// checked on every frame.
package struct MediaInfo: Equatable, Sendable {
    /// Size of the displayed (rotated) picture, pixels.
    package var width: Int
    package var height: Int
    /// Clockwise turn that is applied to the coded picture: 0, 90, 180 or 270 degrees.
    package var rotation: Int
    /// `h264`, `hevc`, `vp8`, `vp9` or `av1`.
    package var codec: String
    package var durationSeconds: Double?
    package var estimatedFrames: Int?
    package var averageFrameRate: Double?
    /// Where decoding can begin, as the container's index says at opening: seconds from the first frame, ascending, half
    /// a second or more apart. An index goes by decoding times, which may be some frames earlier than the pictures'.
    /// Empty where there is no index.
    package var keyFrames: [Double]
}
