import Domain
import Foundation
import Ingest
package import PoseKernel

/// What a faster path makes of a clip beside the reference path (frames as RGB, the reference's clock, fp32), with the
/// reference's region in every frame: so what differs is the one frame's, not what a feedback loop makes of it.
package struct ForcedComparison: Encodable, Sendable {
    /// The file's name, or "all".
    package var clip: String
    package var frames = 0
    /// Frames in which only one of the two sees a person.
    package var disagreements = 0
    /// Of the landmarks' places in frames in which both see a person, in pixels of the landmark network's input.
    package var medianPixels: Float = 0
    package var p99Pixels: Float = 0
    /// The same of landmarks with a visibility above 0.5 only.
    package var visibleMedianPixels: Float = 0
    package var visibleP99Pixels: Float = 0

    enum CodingKeys: String, CodingKey {
        case clip, frames, disagreements
        case medianPixels = "median_px"
        case p99Pixels = "p99_px"
        case visibleMedianPixels = "visible_median_px"
        case visibleP99Pixels = "visible_p99_px"
    }

    /// Of every landmark and of the visible ones, in pixels.
    private var distances: (all: [Float], visible: [Float]) = ([], [])

    private init(clip: String) { self.clip = clip }

    /// One for each clip, then one of all frames together.
    package static func measure(
        _ paths: [String], models: PoseModels, isa: InstructionSet, precision: Precision
    ) throws -> [ForcedComparison] {
        var total = ForcedComparison(clip: "all")
        var results: [ForcedComparison] = []
        for path in paths {
            var result = ForcedComparison(clip: URL(fileURLWithPath: path).lastPathComponent)
            try result.compare(.path(path), models: models, isa: isa, precision: precision)
            total.frames += result.frames
            total.disagreements += result.disagreements
            total.distances.all += result.distances.all
            total.distances.visible += result.distances.visible
            result.summarise()
            results.append(result)
        }
        total.summarise()
        return results + [total]
    }

    private mutating func compare(
        _ source: ClipSource, models: PoseModels, isa: InstructionSet, precision: Precision
    ) throws {
        let reference = PoseTracker(
            networks: try NetworkPair(models: models, isa: isa, precision: .fp32), options: .reference)
        let tested = PoseTracker(networks: try NetworkPair(models: models, isa: isa, precision: precision))
        let exact = try FrameReader(source, mode: .rgb, threads: 1)
        let planes = try FrameReader(source, mode: .roughPlanes, threads: 1)
        while let frame = try exact.next(), let same = try planes.next() {
            let expected = frame.withPixels { reference.process($0, time: frame.time) }
            tested.follow(expected.region)
            let found = same.withPixels { tested.process($0, time: same.time) }
            frames += 1
            guard expected.detected, found.detected, let region = expected.region else {
                if expected.detected != found.detected { disagreements += 1 }
                continue
            }
            for (a, b) in zip(expected.raw, found.raw) {
                let distance = Self.distance(a, b, region)
                distances.all.append(distance)
                if a.visibility > 0.5 { distances.visible.append(distance) }
            }
        }
    }

    private mutating func summarise() {
        distances.all.sort()
        distances.visible.sort()
        (medianPixels, p99Pixels) = (Self.quantile(distances.all, 0.5), Self.quantile(distances.all, 0.99))
        (visibleMedianPixels, visibleP99Pixels) = (
            Self.quantile(distances.visible, 0.5), Self.quantile(distances.visible, 0.99)
        )
        distances = ([], [])
    }

    /// Of the network's input, whose side is the region's.
    private static func distance(_ a: Landmark, _ b: Landmark, _ region: RegionOfInterest) -> Float {
        let x = (a.x - b.x) / region.width * Float(LandmarkTensors.inputSide)
        let y = (a.y - b.y) / region.height * Float(LandmarkTensors.inputSide)
        return (x * x + y * y).squareRoot()
    }

    private static func quantile(_ sorted: [Float], _ share: Double) -> Float {
        sorted.isEmpty ? 0 : sorted[min(Int(share * Double(sorted.count)), sorted.count - 1)]
    }
}
