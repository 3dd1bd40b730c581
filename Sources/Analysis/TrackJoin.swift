package import Domain

/// Where the tracks of two neighbouring segments agree, so that one can go over into the other.
package struct TrackJoin: Sendable {
    /// Mean distance of the landmarks, as a share of the region's side, up to which two tracks see the same pose. The
    /// same person settles within a tenth of that; another person, or a pose that slipped, is far beyond.
    static let largestDistance = 0.02

    package enum Place: Equatable, Sendable {
        /// The later track takes over with the frame of this time.
        case at(Double)
        /// The tracks follow different things.
        case nowhere
        /// The tracks do not even have the same frames.
        case differentFrames
    }

    private let width: Float
    private let height: Float

    /// The displayed picture's size in pixels.
    package init(width: Int, height: Int) {
        (self.width, self.height) = (Float(width), Float(height))
    }

    /// The frame in a range of times, up to whose end the earlier track goes, on which both are nearest; the latest of
    /// several such.
    package func place(_ before: [PoseFrame], _ after: [PoseFrame], within times: Range<Double>) -> Place {
        let earlier = before[(before.lastIndex { $0.time < times.lowerBound }.map { $0 + 1 } ?? 0)...]
        let later = after.prefix { $0.time < times.upperBound }.drop { $0.time < times.lowerBound }
        guard !earlier.isEmpty, earlier.map(\.time) == later.map(\.time) else { return .differentFrames }
        var best: (time: Double, distance: Double) = (0, .infinity)
        for (a, b) in zip(earlier, later) {
            let distance = distance(a, b)
            if distance <= best.distance { best = (b.time, distance) }
        }
        return best.distance <= Self.largestDistance ? .at(best.time) : .nowhere
    }

    func agree(_ a: PoseFrame, _ b: PoseFrame) -> Bool { distance(a, b) <= Self.largestDistance }

    /// Mean distance of the landmarks, weighted by how visible both find them, as a share of the region's side. Zero
    /// where both see nobody, infinite where one does.
    package func distance(_ a: PoseFrame, _ b: PoseFrame) -> Double {
        guard a.detected, b.detected, let region = a.region else { return a.detected == b.detected ? 0 : .infinity }
        var (sum, weights) = (0.0, 0.0)
        for (p, q) in zip(a.raw, b.raw) {
            let (x, y) = ((p.x - q.x) * width, (p.y - q.y) * height)
            let weight = Double(p.visibility * q.visibility)
            sum += weight * Double((x * x + y * y).squareRoot())
            weights += weight
        }
        return sum / max(weights, 1e-9) / Double(max(region.width * width, 1e-3))
    }
}
