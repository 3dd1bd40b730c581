import Domain
import Glibc

/// From a crop's square back to the picture.
struct RegionProjection {
    private let region: RegionOfInterest
    private let letterbox: Letterbox
    private let cosine: Float
    private let sine: Float

    init(_ region: RegionOfInterest, _ letterbox: Letterbox) {
        (self.region, self.letterbox) = (region, letterbox)
        (cosine, sine) = (cosf(region.rotation), sinf(region.rotation))
    }

    func image(_ landmark: Landmark) -> Landmark {
        let u = letterbox.removedX(landmark.x) - 0.5
        let v = letterbox.removedY(landmark.y) - 0.5
        return Landmark(
            x: (cosine * u - sine * v) * region.width + region.centreX,
            y: (sine * u + cosine * v) * region.height + region.centreY,
            z: letterbox.removedWidth(landmark.z) * region.width,
            visibility: landmark.visibility)
    }

    /// Turns only: metres stay metres.
    func world(_ landmark: WorldLandmark) -> WorldLandmark {
        WorldLandmark(
            x: cosine * landmark.x - sine * landmark.y, y: sine * landmark.x + cosine * landmark.y, z: landmark.z)
    }
}
