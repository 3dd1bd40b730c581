/// Detector and landmark network on one instruction set, without the segmentation branch that nobody reads.
package final class NetworkPair: PoseNetworks {
    private let detector: Network
    private let landmark: Network

    package init(models: PoseModels, isa: InstructionSet = .best, precision: Precision = .fp32) throws(ModelError) {
        detector = try Network(
            models.detector, isa: isa, precision: precision, outputs: [Output.boxes, Output.scores])
        landmark = try Network(
            models.landmark, isa: isa, precision: precision,
            outputs: [Output.landmarks, Output.flag, Output.world], onDemand: Output.heatmap)
    }

    /// Names of the tensors in the two files.
    private enum Output {
        static let boxes = "Identity"
        static let scores = "Identity_1"
        static let landmarks = "Identity"
        static let flag = "Identity_1"
        static let heatmap = "Identity_3"
        static let world = "Identity_4"
    }

    package func detect(fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> DetectorTensors {
        fill(detector.input)
        detector.run()
        return DetectorTensors(boxes: detector.output(Output.boxes), scores: detector.output(Output.scores))
    }

    package func landmarks(fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> LandmarkTensors {
        fill(landmark.input)
        landmark.run()
        return LandmarkTensors(
            landmarks: landmark.output(Output.landmarks), flag: landmark.output(Output.flag)[0],
            heatmap: ComputedHeatmap(network: landmark), world: landmark.output(Output.world))
    }
}
