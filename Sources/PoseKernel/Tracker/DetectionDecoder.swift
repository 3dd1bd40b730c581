/// From the detector's raw tensors to candidate detections in the padded square.
enum DetectionDecoder {
    /// Those at or above `threshold`, best first; equal scores stay in the order of their anchors.
    static func candidates(_ tensors: DetectorTensors, threshold: Float) -> [Detection] {
        var found: [Detection] = []
        for anchor in 0..<DetectorTensors.anchorCount {
            let logit = tensors.scores[anchor]
            let score = sigmoid(max(-100, min(100, logit)))
            guard !logit.isNaN, score >= threshold else { continue }
            guard let detection = decode(tensors.boxes, anchor, score: score) else { continue }
            found.append(detection)
        }
        // The standard sort is stable, which its documentation does not promise: the index decides explicitly.
        let order = found.indices.sorted { (found[$0].score, $1) > (found[$1].score, $0) }
        return order.map { found[$0] }
    }

    /// Nil when the box has a negative or undefined extent.
    private static func decode(_ boxes: UnsafeBufferPointer<Float>, _ anchor: Int, score: Float) -> Detection? {
        let row = anchor * DetectorTensors.boxValueCount
        let side = Float(DetectorTensors.inputSide)
        func pair(_ index: Int) -> SIMD2<Float> { SIMD2(boxes[row + index], boxes[row + index + 1]) / side }

        let centre = AnchorGrid.centres[anchor]
        let middle = pair(0) + centre
        let half = pair(2) / 2
        let origin = middle - half
        let size = (middle + half) - origin
        guard size.x >= 0, size.y >= 0 else { return nil }
        return Detection(
            score: score, origin: origin, size: size,
            hips: pair(4) + centre, scalePoint: pair(6) + centre,
            shoulders: pair(8) + centre, upperScalePoint: pair(10) + centre)
    }
}
