/// Detector and landmark network on one instruction set, without the segmentation branch that nobody reads.
package final class NetworkPair: PoseNetworks {
    private let detector: Network
    private let landmark: Network

    package convenience init(
        models: PoseModels, isa: InstructionSet = .best, precision: Precision = .fp32
    ) throws(ModelError) {
        self.init(
            detector: try Self.detectors(1, models, isa, precision)[0],
            landmark: try Self.landmarkNetworks(1, models, isa, precision)[0])
    }

    private init(detector: Network, landmark: Network) { (self.detector, self.landmark) = (detector, landmark) }

    /// `count` pairs for as many threads, which share their weights.
    package static func several(
        _ count: Int, models: PoseModels, isa: InstructionSet = .best, precision: Precision = .fp32
    ) throws(ModelError) -> [NetworkPair] {
        let detectors = try detectors(count, models, isa, precision)
        let landmarks = try landmarkNetworks(count, models, isa, precision)
        return zip(detectors, landmarks).map { NetworkPair(detector: $0, landmark: $1) }
    }

    private static func detectors(
        _ count: Int, _ models: PoseModels, _ isa: InstructionSet, _ precision: Precision
    ) throws(ModelError) -> [Network] {
        try Network.several(
            count, models.detector, isa: isa, precision: precision, outputs: [Output.boxes, Output.scores],
            crop: .detector)
    }

    private static func landmarkNetworks(
        _ count: Int, _ models: PoseModels, _ isa: InstructionSet, _ precision: Precision
    ) throws(ModelError) -> [Network] {
        try Network.several(
            count, models.landmark, isa: isa, precision: precision,
            outputs: [Output.landmarks, Output.flag, Output.world], onDemand: Output.heatmap,
            crop: .landmarks)
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

    package func detect(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> DetectorTensors {
        fill(detector.pixels)
        detector.run()
        return DetectorTensors(boxes: detector.output(Output.boxes), scores: detector.output(Output.scores))
    }

    package func landmarks(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> LandmarkTensors {
        fill(landmark.pixels)
        landmark.run()
        return LandmarkTensors(
            landmarks: landmark.output(Output.landmarks), flag: landmark.output(Output.flag)[0],
            heatmap: ComputedHeatmap(network: landmark), world: landmark.output(Output.world))
    }
}
