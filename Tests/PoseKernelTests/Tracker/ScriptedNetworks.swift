import PoseKernel

/// Networks whose outputs a test sets by hand: nobody in sight at first.
final class ScriptedNetworks: PoseNetworks {
    var boxes = [Float](repeating: 0, count: DetectorTensors.anchorCount * DetectorTensors.boxValueCount)
    var scores = [Float](repeating: -100, count: DetectorTensors.anchorCount)
    var landmarkValues = [Float](
        repeating: 0, count: LandmarkTensors.landmarkCount * LandmarkTensors.landmarkValueCount)
    var flag: Float = 0
    var heatmap = [Float](
        repeating: -100,
        count: LandmarkTensors.heatmapSide * LandmarkTensors.heatmapSide * LandmarkTensors.landmarkCount)
    var world = [Float](repeating: 0, count: LandmarkTensors.landmarkCount * 3)
    private(set) var detections = 0
    private(set) var crops = 0

    private let pixels = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256 * 256 * 4)
    private let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 400_000)
    private var used = 0

    init() {
        memory.initialize(repeating: 0)
        pixels.initialize(repeating: 0)
    }

    deinit {
        memory.deallocate()
        pixels.deallocate()
    }

    /// An upright person of about the height of the picture, in its middle.
    func showPerson() {
        // An anchor in the middle of the coarsest grid: row 3, column 3, the first of six.
        let anchor = 1568 + 392 + (3 * 7 + 3) * 6
        scores[anchor] = 3
        boxes.replaceSubrange(
            anchor * 12..<anchor * 12 + 12, with: [0, -60, 30, 30, 0, 10, 0, -80, 0, -40, 0, -70] as [Float])
        flag = 0.99
        for k in 0..<LandmarkTensors.landmarkCount {
            landmarkValues.replaceSubrange(
                5 * k..<5 * k + 5, with: [128 + Float(k % 7), 60 + Float(4 * k), Float(k), 4, 4])
        }
        // The two that give the next region.
        landmarkValues.replaceSubrange(165..<175, with: [128, 140, 0, 4, 4, 128, 50, 0, 4, 4])
    }

    func detect(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> DetectorTensors {
        detections += 1
        used = 0
        fill(UnsafeMutableBufferPointer(rebasing: pixels[..<(224 * 224 * 4)]))
        return DetectorTensors(boxes: borrowed(boxes), scores: borrowed(scores))
    }

    func landmarks(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> LandmarkTensors {
        crops += 1
        used = 0
        fill(pixels)
        return LandmarkTensors(
            landmarks: borrowed(landmarkValues), flag: flag, heatmap: borrowed(heatmap), world: borrowed(world))
    }

    private func borrowed(_ values: [Float]) -> UnsafeBufferPointer<Float> {
        let part = memory[used..<used + values.count]
        used += values.count
        _ = UnsafeMutableBufferPointer(rebasing: part).update(from: values)
        return UnsafeBufferPointer(rebasing: memory[used - values.count..<used])
    }
}
