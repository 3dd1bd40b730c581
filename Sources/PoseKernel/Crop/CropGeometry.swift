package import Domain
import Glibc

/// Where in the picture the corners of a square crop lie, in pixel coordinates.
package struct CropGeometry: Equatable, Sendable {
    package var topLeft: SIMD2<Float>
    package var topRight: SIMD2<Float>
    package var bottomRight: SIMD2<Float>
    package var bottomLeft: SIMD2<Float>
    package var letterbox: Letterbox

    /// The whole picture, letterboxed to a square.
    package init?(width: Int, height: Int) {
        let (w, h) = (Float(width), Float(height))
        self.init(centre: [0.5 * w, 0.5 * h], size: [w, h], rotation: 0)
    }

    /// A region of the picture. Nil when it has no area or is not finite: then there is nothing to look at.
    package init?(region: RegionOfInterest, width: Int, height: Int) {
        let (w, h) = (Float(width), Float(height))
        self.init(
            centre: [region.centreX * w, region.centreY * h],
            size: [region.width * w, region.height * h],
            rotation: region.rotation)
    }

    /// Every step rounds to single precision where MediaPipe's and OpenCV's do.
    private init?(centre: SIMD2<Float>, size: SIMD2<Float>, rotation: Float) {
        guard size.x > 0, size.y > 0, size.x.isFinite, size.y.isFinite,
            centre.x.isFinite, centre.y.isFinite, rotation.isFinite
        else { return nil }

        let aspect = size.y / size.x
        let side: Float
        if 1 > aspect {
            side = size.x
            letterbox = Letterbox(horizontal: 0, vertical: (1 - aspect) / 2)
        } else {
            side = size.y
            letterbox = Letterbox(horizontal: (1 - 1 / aspect) / 2, vertical: 0)
        }

        // The angle passes through degrees in single precision: OpenCV's rotated rectangle keeps it so.
        let degrees = Float(Double(rotation * 180) / Double.pi)
        let radians = Double(degrees) * Double.pi / 180
        let b = Float(cos(radians)) * 0.5
        let a = Float(sin(radians)) * 0.5
        bottomLeft = [centre.x - a * side - b * side, centre.y + b * side - a * side]
        topLeft = [centre.x + a * side - b * side, centre.y - b * side - a * side]
        topRight = [2 * centre.x - bottomLeft.x, 2 * centre.y - bottomLeft.y]
        bottomRight = [2 * centre.x - topLeft.x, 2 * centre.y - topLeft.y]
    }
}
