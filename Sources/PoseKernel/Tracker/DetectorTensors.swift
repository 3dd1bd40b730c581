/// Raw outputs of the detector, one row an anchor, borrowed from the network.
package struct DetectorTensors {
    package static let anchorCount = 2254
    /// Values of a row of `boxes`: centre x, centre y, width, height, then four key points (x, y), in pixels of the
    /// 224 x 224 input relative to the anchor's centre.
    package static let boxValueCount = 12
    package static let inputSide = 224

    /// 2254 x 12, the tensor `Identity`.
    package var boxes: UnsafeBufferPointer<Float>
    /// 2254 logits, the tensor `Identity_1`.
    package var scores: UnsafeBufferPointer<Float>

    package init(boxes: UnsafeBufferPointer<Float>, scores: UnsafeBufferPointer<Float>) {
        precondition(boxes.count == Self.anchorCount * Self.boxValueCount && scores.count == Self.anchorCount)
        (self.boxes, self.scores) = (boxes, scores)
    }
}
