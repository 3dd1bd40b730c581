import Domain
package import Ingest
package import PoseKernel

/// What a faster path makes of a clip beside the reference path (frames as RGB, the reference's clock, fp32), with the
/// reference's region in every frame: so what differs is the one frame's, not what a feedback loop makes of it.
package struct ForcedComparison: Encodable, Sendable {
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
        case frames, disagreements
        case medianPixels = "median_px"
        case p99Pixels = "p99_px"
        case visibleMedianPixels = "visible_median_px"
        case visibleP99Pixels = "visible_p99_px"
    }

    package static func measure(
        _ source: ClipSource, models: PoseModels, isa: InstructionSet, precision: Precision
    ) throws -> ForcedComparison {
        let reference = PoseTracker(
            networks: try NetworkPair(models: models, isa: isa, precision: .fp32), options: .reference)
        let tested = PoseTracker(networks: try NetworkPair(models: models, isa: isa, precision: precision))
        let exact = try FrameReader(source, mode: .rgb, threads: 1)
        let planes = try FrameReader(source, mode: .planes, threads: 1)
        var result = ForcedComparison()
        var (all, visible): ([Float], [Float]) = ([], [])
        while let frame = try exact.next(), let same = try planes.next() {
            let expected = frame.withPixels { reference.process($0, time: frame.time) }
            tested.follow(expected.region)
            let found = same.withPixels { tested.process($0, time: same.time) }
            result.frames += 1
            guard expected.detected, found.detected, let region = expected.region else {
                if expected.detected != found.detected { result.disagreements += 1 }
                continue
            }
            for (a, b) in zip(expected.raw, found.raw) {
                let distance = distance(a, b, region)
                all.append(distance)
                if a.visibility > 0.5 { visible.append(distance) }
            }
        }
        (result.medianPixels, result.p99Pixels) = (quantile(&all, 0.5), quantile(&all, 0.99))
        (result.visibleMedianPixels, result.visibleP99Pixels) = (quantile(&visible, 0.5), quantile(&visible, 0.99))
        return result
    }

    /// Of the network's input, whose side is the region's.
    private static func distance(_ a: Landmark, _ b: Landmark, _ region: RegionOfInterest) -> Float {
        let x = (a.x - b.x) / region.width * Float(LandmarkTensors.inputSide)
        let y = (a.y - b.y) / region.height * Float(LandmarkTensors.inputSide)
        return (x * x + y * y).squareRoot()
    }

    private static func quantile(_ values: inout [Float], _ share: Double) -> Float {
        values.sort()
        return values.isEmpty ? 0 : values[min(Int(share * Double(values.count)), values.count - 1)]
    }
}
