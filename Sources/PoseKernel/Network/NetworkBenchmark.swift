import Dispatch

/// Times runs of one network: what `pthub kernel bench` prints.
package struct NetworkBenchmark: Encodable, Sendable {
    package var medianMilliseconds: Double
    package var minimumMilliseconds: Double
    package var gigaflops: Double
    package var isa: String
    package var precision: String
    package var runs: Int

    enum CodingKeys: String, CodingKey {
        case medianMilliseconds = "median_ms"
        case minimumMilliseconds = "min_ms"
        case gigaflops = "gflops"
        case isa, precision, runs
    }

    package static func measure(_ network: Network, runs: Int) -> NetworkBenchmark {
        // A network of noise would be the same work; half grey keeps every value ordinary.
        network.input.update(repeating: 0.5)
        for _ in 0..<max(runs / 10, 2) { network.run() }
        var times: [Double] = []
        for _ in 0..<max(runs, 1) {
            let start = DispatchTime.now().uptimeNanoseconds
            network.run()
            times.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6)
        }
        times.sort()
        let median = times[times.count / 2]
        return NetworkBenchmark(
            medianMilliseconds: median, minimumMilliseconds: times[0],
            gigaflops: 2 * Double(network.multiplyAdds) / median / 1e6, isa: network.instructionSet.rawValue,
            precision: network.precision.rawValue, runs: runs)
    }
}
