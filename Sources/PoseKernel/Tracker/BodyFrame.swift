package import Domain
import Glibc

/// Two points of a body that say where it is, how large and how turned: between the hips, and as far above them as the
/// body's circle reaches. Gives the square to look at.
package struct BodyFrame: Equatable, Sendable {
    /// 0...1 of the picture.
    package var centre: SIMD2<Float>
    package var scalePoint: SIMD2<Float>

    package init(centre: SIMD2<Float>, scalePoint: SIMD2<Float>) {
        (self.centre, self.scalePoint) = (centre, scalePoint)
    }

    /// The square around the circle, turned so that the scale point is above the centre.
    package func region(width: Int, height: Int) -> RegionOfInterest {
        let (w, h) = (Float(width), Float(height))
        let (cx, cy) = (centre.x * w, centre.y * h)
        let (sx, sy) = (scalePoint.x * w, scalePoint.y * h)
        let distance = ((sx - cx) * (sx - cx) + (sy - cy) * (sy - cy)).squareRoot()
        let size = Float(Double(distance) * 2)
        let upright = Float(Double.pi / 2)
        return RegionOfInterest(
            centreX: cx / w, centreY: cy / h, width: size / w, height: size / h,
            rotation: Self.normalised(upright - atan2f(-(sy - cy), sx - cx)))
    }

    /// Into -pi..<pi.
    private static func normalised(_ angle: Float) -> Float {
        let turn = 2 * Double.pi
        return Float(Double(angle) - turn * ((Double(angle) + Double.pi) / turn).rounded(.down))
    }
}

extension RegionOfInterest {
    /// A square in pixels with a margin, so that limits of the estimate do not cut off limbs.
    package func expanded(width: Int, height: Int) -> RegionOfInterest {
        let (w, h) = (Float(width), Float(height))
        let side = max(self.width * w, self.height * h)
        var region = self
        region.width = side / w * 1.25
        region.height = side / h * 1.25
        return region
    }

    /// The mean of width and height in pixels: the unit in which the filters measure speed.
    func meanSize(width: Int, height: Int) -> Float {
        (self.width * Float(width) + self.height * Float(height)) / 2
    }
}
