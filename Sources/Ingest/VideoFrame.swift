internal import CFFmpeg
package import Domain

/// One upright picture with its time. Owns its buffers, so it may outlive the reader and cross threads.
package final class VideoFrame: @unchecked Sendable {  // the picture is never written after init
    /// From 0.
    package let index: Int
    /// Presentation time in seconds from the first frame's.
    package let time: Double
    private let picture: Picture
    private let format: PixelView.Format
    let coding: ColourCoding

    init(index: Int, time: Double, picture: Picture, format: PixelView.Format, coding: ColourCoding) {
        self.index = index
        self.time = time
        self.picture = picture
        self.format = format
        self.coding = coding
    }

    var pixelFormat: PixelView.Format { format }
    var avFrame: UnsafeMutablePointer<AVFrame> { picture.frame }

    package var width: Int { picture.width }
    package var height: Int { picture.height }

    package func withPixels<R>(_ body: (PixelView) throws -> R) rethrows -> R {
        let count = format == .rgb24 ? 1 : 3
        let planes = (0..<count).map { PixelView.Plane(base: picture.plane($0), stride: picture.stride($0)) }
        return try withExtendedLifetime(picture) {
            try body(PixelView(format: format, width: width, height: height, planes: planes))
        }
    }
}
