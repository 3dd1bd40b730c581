import Dispatch

/// Times runs of one network: what `pthub kernel bench` prints.
package struct NetworkBenchmark: Encodable, Sendable {
    /// One step of the network, timed on its own in the middle of whole runs.
    package struct Layer: Encodable, Sendable {
        package var name: String
        package var medianMicroseconds: Double
        /// Nil where nothing is multiplied.
        package var gigaflops: Double?

        enum CodingKeys: String, CodingKey {
            case name
            case medianMicroseconds = "median_us"
            case gigaflops = "gflops"
        }
    }

    package var medianMilliseconds: Double
    package var minimumMilliseconds: Double
    package var gigaflops: Double
    /// Of one run, in millions: what is really computed.
    package var megaMultiplyAdds: Double
    package var isa: String
    package var precision: String
    package var outputs: [String]
    package var runs: Int
    package var layers: [Layer]?

    enum CodingKeys: String, CodingKey {
        case medianMilliseconds = "median_ms"
        case minimumMilliseconds = "min_ms"
        case gigaflops = "gflops"
        case megaMultiplyAdds = "mega_multiply_adds"
        case isa, precision, outputs, runs, layers
    }

    package static func measure(_ network: Network, runs: Int, layers: Bool = false) -> NetworkBenchmark {
        // A network of noise would be the same work; half grey keeps every value ordinary.
        network.makeInputGrey()
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
            gigaflops: 2 * Double(network.multiplyAdds) / median / 1e6,
            megaMultiplyAdds: Double(network.multiplyAdds) / 1e6, isa: network.instructionSet.rawValue,
            precision: network.precision.rawValue, outputs: network.outputNames, runs: runs,
            layers: layers ? profile(network, runs: runs) : nil)
    }

    private static func profile(_ network: Network, runs: Int) -> [Layer] {
        let steps = network.profiledSteps
        var times = [[Double]](repeating: [], count: steps.count)
        for _ in 0..<max(runs, 1) {
            for (index, step) in steps.enumerated() {
                let start = Stopwatch.microseconds
                step.run()
                times[index].append(Stopwatch.microseconds - start)
            }
        }
        return zip(steps, times).map { step, times in
            let median = times.sorted()[times.count / 2]
            return Layer(
                name: step.label, medianMicroseconds: median,
                gigaflops: step.multiplyAdds > 0 ? 2 * Double(step.multiplyAdds) / median / 1e3 : nil)
        }
    }
}
