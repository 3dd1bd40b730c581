import Dispatch
import PoseKernel

/// Passes calls on to the networks and adds up how long each took.
final class TimedNetworks: PoseNetworks {
    /// Seconds in each network, crop included.
    struct Seconds {
        var detect = 0.0
        var landmark = 0.0

        static func - (a: Seconds, b: Seconds) -> Seconds {
            Seconds(detect: a.detect - b.detect, landmark: a.landmark - b.landmark)
        }

        static func += (a: inout Seconds, b: Seconds) {
            a.detect += b.detect
            a.landmark += b.landmark
        }
    }

    private let networks: any PoseNetworks
    private(set) var seconds = Seconds()

    init(_ networks: any PoseNetworks) {
        self.networks = networks
    }

    func detect(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> DetectorTensors {
        let start = DispatchTime.now().uptimeNanoseconds
        defer { seconds.detect += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
        return networks.detect(fill: fill)
    }

    func landmarks(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> LandmarkTensors {
        let start = DispatchTime.now().uptimeNanoseconds
        defer { seconds.landmark += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
        return networks.landmarks(fill: fill)
    }
}
