import Domain
import Foundation

/// Knee, elbow and hip angles in the picture, for comparisons of tracks.
enum JointAngles {
    private static let joints = [
        (23, 25, 27), (24, 26, 28), (11, 13, 15), (12, 14, 16), (11, 23, 25), (12, 24, 26),
    ]

    /// Degrees by which the angles that both see differ in one frame.
    static func differences(_ a: PoseTrack, _ b: PoseTrack, frame: Int) -> [Double] {
        let (p, q) = (a.frames[frame].raw, b.frames[frame].raw)
        guard !p.isEmpty, !q.isEmpty else { return [] }
        return joints.compactMap { joint in
            let places = [joint.0, joint.1, joint.2]
            guard places.allSatisfy({ p[$0].visibility > 0.5 && q[$0].visibility > 0.5 }) else { return nil }
            return abs(angle(places.map { p[$0] }, a) - angle(places.map { q[$0] }, b))
        }
    }

    private static func angle(_ points: [Landmark], _ track: PoseTrack) -> Double {
        let vectors = [points[0], points[2]].map { point in
            SIMD2(
                Double(point.x - points[1].x) * Double(track.width),
                Double(point.y - points[1].y) * Double(track.height))
        }
        let (u, v) = (vectors[0], vectors[1])
        return abs(atan2(u.x * v.y - u.y * v.x, (u * v).sum())) * 180 / .pi
    }
}
