import Domain
import Ingest
import PoseKernel
import Support
import Testing

/// What the detector finds in a reduced precision beside fp32, frame by frame.
@Suite struct ReducedDetectionTests {
    private static let clips = ["curl_front_8", "pushup_side_6", "squat_side_5"]
    private static let precisions = Precision.available(with: .best).filter { $0 != .fp32 }

    /// Of a region's side, by which each of the two points that make it may move.
    private static let bound: [Precision: Float] = [.int16: 0.002, .int8: 0.015]

    @Test("Nobody is gained or lost, and the region to look at stays where it was", arguments: clips, precisions)
    func sameRegion(clip: String, precision: Precision) throws {
        let models = try PoseModels.load(from: ProjectFiles.models)
        let trackers = try [Precision.fp32, precision].map {
            PoseTracker(networks: try NetworkPair(models: models, precision: $0))
        }
        let reader = try FrameReader(.path(ProjectFiles.sampleClip(clip)), mode: .roughPlanes, threads: 1)
        var number = 0
        while let frame = try reader.next() {
            number += 1
            guard number.isMultiple(of: 20) else { continue }
            let (found, size) = frame.withPixels { picture in
                for tracker in trackers {
                    tracker.follow(nil)
                    _ = tracker.process(picture, time: frame.time)
                }
                return (trackers.map(\.detection), SIMD2(Float(picture.width), Float(picture.height)))
            }
            #expect((found[0] == nil) == (found[1] == nil), "frame \(number)")
            guard let exact = found[0], let reduced = found[1] else { continue }
            func pixels(_ difference: SIMD2<Float>) -> Float {
                let scaled = difference * size
                return (scaled * scaled).sum().squareRoot()
            }
            let side = 2 * pixels(exact.hips - exact.scalePoint)
            let moved = max(pixels(exact.hips - reduced.hips), pixels(exact.scalePoint - reduced.scalePoint))
            #expect(moved < (try #require(Self.bound[precision])) * side, "frame \(number): \(moved) of \(side) pixels")
        }
        #expect(number > 20)
    }
}
