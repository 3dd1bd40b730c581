import Foundation

/// How channels between a depthwise convolution without an activation and the 1x1 convolution that reads it are made
/// alike, for bytes, which have one step for all channels of a pixel: without it some are a hundred times as large as
/// others.
package enum ChannelLevels {
    /// What each channel's taps and bias are to be divided by and its weights multiplied with.
    ///
    /// The weights are to stay alike as well, so it is the square root of how much larger a channel is than its
    /// weights, as a power of two, which rounds nothing. How large channels are is guessed from their taps: what the
    /// depthwise convolution reads must be alike.
    ///
    /// - Parameters:
    ///   - taps: kernel x kernel x channels.
    ///   - weights: outputs x channels.
    package static func factors(taps: [Float], weights: [Float], channels: Int) -> [Float] {
        (0..<channels).map { channel in
            let size = stride(from: channel, to: taps.count, by: channels).reduce(0) { $0 + abs(taps[$1]) }
            let most = stride(from: channel, to: weights.count, by: channels).reduce(0) { max($0, abs(weights[$1])) }
            return size > 0 && most > 0 ? exp2((log2(size / most) / 2).rounded()) : 1
        }
    }
}

extension Plan.Chain {
    /// The depthwise convolution and `projection`, which reads it, with channels alike between them: together the same
    /// function.
    func levelled(_ projection: Graph.Convolution) -> (depthwise: Graph.Convolution, projection: Graph.Convolution) {
        var (depthwise, projection) = (depthwise, projection)
        let factors = ChannelLevels.factors(
            taps: depthwise.weights, weights: projection.weights, channels: depthwise.bias.count)
        for i in depthwise.weights.indices { depthwise.weights[i] /= factors[i % factors.count] }
        for i in depthwise.bias.indices { depthwise.bias[i] /= factors[i] }
        for i in projection.weights.indices { projection.weights[i] *= factors[i % factors.count] }
        return (depthwise, projection)
    }
}
