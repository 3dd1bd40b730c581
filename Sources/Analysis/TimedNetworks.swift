import Dispatch
import PoseKernel

/// Passes calls on to the networks and adds up how long each took.
final class TimedNetworks: PoseNetworks {
    private let networks: any PoseNetworks
    private(set) var detectSeconds = 0.0
    private(set) var landmarkSeconds = 0.0

    init(_ networks: any PoseNetworks) {
        self.networks = networks
    }

    func detect(fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> DetectorTensors {
        let start = DispatchTime.now().uptimeNanoseconds
        defer { detectSeconds += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
        return networks.detect(fill: fill)
    }

    func landmarks(fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> LandmarkTensors {
        let start = DispatchTime.now().uptimeNanoseconds
        defer { landmarkSeconds += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
        return networks.landmarks(fill: fill)
    }
}
