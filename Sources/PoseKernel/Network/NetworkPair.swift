/// Detector and landmark network on one instruction set, without the segmentation branch that nobody reads.
package final class NetworkPair: PoseNetworks {
    private let detector: Network
    private let landmark: Network

    package convenience init(
        models: PoseModels, isa: InstructionSet = .best, precision: Precision = .fp32
    ) throws(ModelError) {
        let supply = try Supply(models: models, isa: isa, precision: precision)
        self.init(detector: try supply.detectors.next(), landmark: try supply.landmarks.next())
    }

    private init(detector: Network, landmark: Network) { (self.detector, self.landmark) = (detector, landmark) }

    /// Pairs for several threads, which share their weights. Not for use by two threads at once.
    package final class Supply {
        fileprivate let detectors: Network.Supply
        fileprivate let landmarks: Network.Supply

        /// Packs the weights of both models, at the same time where there are two cores.
        package init(models: PoseModels, isa: InstructionSet = .best, precision: Precision = .fp32) throws(ModelError) {
            let detectors = Ahead { () throws(ModelError) in
                try Network.Supply(
                    models.detector, isa: isa, precision: precision, outputs: [Output.boxes, Output.scores],
                    crop: .detector)
            }
            landmarks = try Network.Supply(
                models.landmark, isa: isa, precision: precision,
                outputs: [Output.landmarks, Output.flag, Output.world], onDemand: Output.heatmap, crop: .landmarks)
            self.detectors = try detectors.get()
        }

        package func next(_ count: Int) throws(ModelError) -> [NetworkPair] {
            var pairs: [NetworkPair] = []
            for _ in 0..<count {
                pairs.append(NetworkPair(detector: try detectors.next(), landmark: try landmarks.next()))
            }
            return pairs
        }
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
