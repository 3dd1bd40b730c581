import Foundation
import Support
import Testing

@testable import Posture

@Suite struct FilterTests {
    @Test(
        "A slow sine comes through without lag, a fast one not at all", arguments: [(1.0, 0.97, 1.01), (25, 0, 0.02)])
    func butterworth(frequency: Double, low: Double, high: Double) {
        let input = (0..<600).map { sin(2 * .pi * frequency * Double($0) / 60) }
        let output = ButterworthFilter(cutoff: 6, sampleRate: 60).apply(input)
        let amplitude = output[200..<400].map(abs).max() ?? 0
        #expect(amplitude >= low && amplitude <= high)
        if low > 0 {
            // The crest nearest to the middle stands where the input's does.
            let crest = (300..<330).max { output[$0] < output[$1] }
            #expect(crest == (300..<330).max { input[$0] < input[$1] })
        }
    }

    @Test("At the cut-off 3 dB are lost over both passes together")
    func cutoff() {
        let input = (0..<1200).map { sin(2 * .pi * 6 * Double($0) / 60) }
        let output = ButterworthFilter(cutoff: 6, sampleRate: 60).apply(input)
        let gain = (output[400..<800].map { $0 * $0 }.reduce(0, +) / input[400..<800].map { $0 * $0 }.reduce(0, +))
            .squareRoot()
        #expect(abs(gain - 0.707) < 0.01)
    }

    @Test("Gaps stay gaps and do not spread")
    func gaps() {
        var input = [Double](repeating: 5, count: 100)
        input.replaceSubrange(40..<60, with: [Double](repeating: .nan, count: 20))
        let output = ButterworthFilter(cutoff: 6, sampleRate: 60).apply(input)
        #expect((0..<100).allSatisfy { output[$0].isNaN == (40..<60).contains($0) })
        #expect(output.filter { !$0.isNaN }.allSatisfy { abs($0 - 5) < 1e-9 })
    }

    @Test("A sample far from its neighbours goes, a step and small noise stay")
    func hampel() {
        var input = (0..<60).map { Double($0 % 3) * 0.5 } + [Double](repeating: 100, count: 60)
        input[20] = 80
        let output = HampelFilter(halfWindow: 8, sigmas: 4, floor: 4).apply(input)
        #expect(output.indices.filter { output[$0].isNaN } == [20])
    }

    @Test("The same outliers as by sorting each window", arguments: 1...4)
    func hampelAgainstSorting(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let input = (0..<300).map { _ -> Double in
            let roll = Double.random(in: 0..<1, using: &random)
            return roll < 0.1
                ? .nan
                : roll < 0.2 ? 50 * Double.random(in: 0..<1, using: &random) : Double.random(in: 0..<1, using: &random)
        }
        let (half, sigmas, floor) = (5, 3.0, 0.5)
        let expected = input.indices.map { index -> Bool in
            let window = input[max(index - half, 0)...min(index + half, input.count - 1)].filter { !$0.isNaN }.sorted()
            guard window.count >= 3, !input[index].isNaN else { return false }
            let median = window[window.count / 2]
            let deviations = window.map { abs($0 - median) }.sorted()
            let distance = abs(input[index] - median)
            return distance > floor && distance > sigmas * 1.4826 * deviations[window.count / 2]
        }
        let output = HampelFilter(halfWindow: half, sigmas: sigmas, floor: floor).apply(input)
        for index in input.indices where !input[index].isNaN { #expect(output[index].isNaN == expected[index]) }
    }

    @Test("A rank is what sorting gives", arguments: [0, 0.05, 0.3, 0.5, 0.95, 1])
    func percentile(share: Double) {
        var random = SplitMix64(seed: 9)
        for count in [1, 2, 3, 10, 101, 1000] {
            let values = (0..<count).map { _ in (Double.random(in: 0..<1, using: &random) * 20).rounded() }
            let rank = Int((Double(count - 1) * share).rounded())
            #expect(Statistics.percentile(values + [.nan], share) == values.sorted()[rank])
        }
        #expect(Statistics.percentile([.nan], share) == nil)
    }

    @Test("Variable frame times come out on a uniform base; short gaps are bridged, long ones not")
    func resampling() {
        let times = [0, 0.03, 0.08, 0.1, 0.3, 0.33, 0.9, 1.0]
        let time = UniformTime(times: times, rate: 60)
        let values = time.resample(times.map { 10 * $0 }, at: times, gap: 0.25)
        #expect(time.count == 61)
        for (index, value) in values.enumerated() {
            let at = time.time(index)
            if at > 0.33 && at < 0.9 { #expect(value.isNaN) } else { #expect(abs(value - 10 * at) < 1e-9) }
        }
    }
}
