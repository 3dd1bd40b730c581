/// Raw outputs of the landmark network, borrowed from it.
package struct LandmarkTensors {
    package static let landmarkCount = 39
    /// Values of a row of `landmarks`: x, y, z in pixels of the 256 x 256 input, visibility logit, presence logit.
    package static let landmarkValueCount = 5
    package static let inputSide = 256
    package static let heatmapSide = 64

    /// 39 x 5, the tensor `Identity`.
    package var landmarks: UnsafeBufferPointer<Float>
    /// The pose flag, already a probability, the tensor `Identity_1`.
    package var flag: Float
    /// The tensor `Identity_3`.
    package var heatmap: any Heatmap
    /// 39 x 3 metres, the tensor `Identity_4`.
    package var world: UnsafeBufferPointer<Float>

    package init(
        landmarks: UnsafeBufferPointer<Float>, flag: Float, heatmap: any Heatmap,
        world: UnsafeBufferPointer<Float>
    ) {
        precondition(landmarks.count == Self.landmarkCount * Self.landmarkValueCount)
        precondition(world.count == Self.landmarkCount * 3)
        (self.landmarks, self.flag, self.heatmap, self.world) = (landmarks, flag, heatmap, world)
    }
}
