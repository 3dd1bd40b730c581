/// What a clip may claim or hold before it is refused.
package struct MediaLimits: Sendable {
    /// Width times height of a picture; 4096 x 2304.
    package var maximumPixels = 9_437_184
    package var maximumFramesPerSecond = 240.0
    package var maximumSeconds = 4.0 * 3600
    package var maximumBytes: Int64 = 10 << 30

    package static let `default` = MediaLimits()

    package init() {}
}
