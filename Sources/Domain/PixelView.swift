/// A borrowed view of one upright picture: valid only during the call that hands it over.
package struct PixelView {
    /// How a luma and two chroma samples become RGB.
    package struct YUVCoding: Equatable, Sendable {
        package enum Matrix: Sendable { case bt601, bt709, bt2020 }
        package var matrix: Matrix
        /// True: 0...255; false: 16...235 luma, 16...240 chroma.
        package var fullRange: Bool

        package init(matrix: Matrix, fullRange: Bool) {
            (self.matrix, self.fullRange) = (matrix, fullRange)
        }
    }

    package enum Format: Equatable, Sendable {
        /// One plane of interleaved R, G, B bytes.
        case rgb24
        /// Three planes: luma W x H, chroma ceil(W/2) x ceil(H/2).
        case yuv420p(YUVCoding)
    }

    package struct Plane {
        package var base: UnsafePointer<UInt8>
        /// Bytes from one row to the next; at least the row's own bytes.
        package var stride: Int

        package init(base: UnsafePointer<UInt8>, stride: Int) {
            (self.base, self.stride) = (base, stride)
        }
    }

    package var format: Format
    package var width: Int
    package var height: Int
    /// One plane for rgb24; Y, U, V for yuv420p.
    package var planes: [Plane]

    package init(format: Format, width: Int, height: Int, planes: [Plane]) {
        (self.format, self.width, self.height, self.planes) = (format, width, height, planes)
    }
}
