import Dispatch
import PoseKernel

/// One thread's network and the result that it hands over.
final class MeasuredNetwork: @unchecked Sendable {  // the semaphore orders the thread's write before the read
    private let network: Network
    private let runs: Int
    private let layers: Bool
    private let done = DispatchSemaphore(value: 0)
    private var benchmark: NetworkBenchmark?

    init(_ network: Network, runs: Int, layers: Bool) {
        (self.network, self.runs, self.layers) = (network, runs, layers)
    }

    func measure() {
        benchmark = NetworkBenchmark.measure(network, runs: runs, layers: layers)
        done.signal()
    }

    func result() -> NetworkBenchmark {
        done.wait()
        guard let benchmark else { preconditionFailure("the thread signalled without a result") }
        return benchmark
    }
}
