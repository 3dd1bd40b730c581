import Foundation
import PoseKernel
import Testing

/// Channels made alike between a depthwise convolution and the projection that reads it.
@Suite struct ChannelLevelsTests {
    private static let (channels, outputs) = (24, 5)
    /// Of channels that differ by up to two thousand times.
    private static let taps = randomFloats(9 * channels, seed: 1).enumerated().map { index, value in
        value * Float(1 << (index % channels % 12))
    }
    private static let weights = randomFloats(outputs * channels, seed: 2)

    @Test("A factor is a power of two, so that products of taps and weights stay the same, bit for bit")
    func exact() {
        for factor in ChannelLevels.factors(taps: Self.taps, weights: Self.weights, channels: Self.channels) {
            #expect(factor.significand == 1)
            for (tap, weight) in zip(Self.taps, Self.weights) {
                #expect((tap / factor) * (weight * factor) == tap * weight)
            }
        }
    }

    @Test("Channels and weights share what channels differed by")
    func share() {
        let factors = ChannelLevels.factors(taps: Self.taps, weights: Self.weights, channels: Self.channels)
        func greatest(_ values: [Float], _ channel: Int) -> Float {
            stride(from: channel, to: values.count, by: Self.channels).map { abs(values[$0]) }.max() ?? 0
        }
        func spread(_ values: [Float]) -> Float { (values.max() ?? 0) / (values.min() ?? 1) }
        let before = (0..<Self.channels).map { greatest(Self.taps, $0) }
        let channels = zip(before, factors).map { $0 / $1 }
        let weights = factors.enumerated().map { greatest(Self.weights, $0) * $1 }
        #expect(spread(before) > 1000)
        #expect(spread(channels) < 150 && spread(weights) < 150)
    }

    @Test("A channel without taps or without weights stays as it is")
    func zeros() {
        let factors = ChannelLevels.factors(taps: [0, 64, 64], weights: [1, 0, 1, 1, 0, 0.5], channels: 3)
        #expect(factors == [1, 1, 8])
    }
}
