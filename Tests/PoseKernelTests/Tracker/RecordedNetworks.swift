import PoseKernel

/// Answers with tensors recorded from MediaPipe, and keeps the checksums of the crops that it was given.
final class RecordedNetworks: PoseNetworks {
    private let values: [Float]
    private let boxes = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: DetectorTensors.anchorCount * DetectorTensors.boxValueCount)
    private let scores = UnsafeMutableBufferPointer<Float>.allocate(capacity: DetectorTensors.anchorCount)
    private let landmarkValues = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: LandmarkTensors.landmarkCount * LandmarkTensors.landmarkValueCount)
    private let heatmap = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: LandmarkTensors.heatmapSide * LandmarkTensors.heatmapSide * LandmarkTensors.landmarkCount)
    private let world = UnsafeMutableBufferPointer<Float>.allocate(capacity: LandmarkTensors.landmarkCount * 3)
    private let input = UnsafeMutableBufferPointer<Float>.allocate(capacity: 256 * 256 * 3)
    private let detectorPixels = PixelInput(.detector)
    private let landmarkPixels = PixelInput(.landmarks)

    /// The frame whose tensors are given out.
    var frame: RecordedFrame?
    private(set) var detectorCrop: String?
    private(set) var landmarkCrop: String?

    init(values: [Float]) {
        self.values = values
        for tensor in [boxes, scores, landmarkValues, heatmap, world, input] { tensor.initialize(repeating: 0) }
    }

    deinit {
        for tensor in [boxes, scores, landmarkValues, heatmap, world, input] { tensor.deallocate() }
    }

    func forgetCrops() { (detectorCrop, landmarkCrop) = (nil, nil) }

    func detect(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> DetectorTensors {
        let crop = UnsafeMutableBufferPointer(rebasing: input[..<(224 * 224 * 3)])
        fill(detectorPixels.pixels)
        detectorPixels.write(to: crop)
        detectorCrop = checksum(UnsafeBufferPointer(crop))
        scores.update(repeating: -100)
        if let recorded = frame?.detector {
            for (index, anchor) in recorded.anchors.enumerated() {
                scores[anchor] = values[recorded.scores + index]
                for value in 0..<12 { boxes[12 * anchor + value] = values[recorded.boxes + 12 * index + value] }
            }
        }
        return DetectorTensors(boxes: UnsafeBufferPointer(boxes), scores: UnsafeBufferPointer(scores))
    }

    func landmarks(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> LandmarkTensors {
        fill(landmarkPixels.pixels)
        landmarkPixels.write(to: input)
        landmarkCrop = checksum(UnsafeBufferPointer(input))
        heatmap.update(repeating: -100)
        var flag: Float = 0
        if let recorded = frame?.landmark {
            flag = recorded.flag
            for index in landmarkValues.indices { landmarkValues[index] = values[recorded.raw + index] }
            for index in world.indices { world[index] = values[recorded.world + index] }
            for window in recorded.windows { fillHeatmap(window) }
        }
        return LandmarkTensors(
            landmarks: UnsafeBufferPointer(landmarkValues), flag: flag, heatmap: UnsafeBufferPointer(heatmap),
            world: UnsafeBufferPointer(world))
    }

    private func fillHeatmap(_ window: [Int]) {
        var place = window[5]
        for row in window[1]..<window[2] {
            for column in window[3]..<window[4] {
                heatmap[(row * 64 + column) * 39 + window[0]] = values[place]
                place += 1
            }
        }
    }
}
