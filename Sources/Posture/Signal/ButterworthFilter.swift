import Foundation

/// Zero-lag low-pass: a second-order Butterworth forwards and backwards, together of order 4. The cut-off is corrected
/// for the two passes, so that the whole has its -3 dB there.
struct ButterworthFilter {
    private let b0, b1, b2, a1, a2: Double

    init(cutoff: Double, sampleRate: Double) {
        // Of the analogue filter, so that the bilinear transform puts the corrected cut-off in its place.
        let w = tan(.pi * min(cutoff / sampleRate, 0.45)) / pow(2.0.squareRoot() - 1, 0.25)
        let scale = 1 / (1 + 2.0.squareRoot() * w + w * w)
        b0 = w * w * scale
        b1 = 2 * b0
        b2 = b0
        a1 = 2 * (w * w - 1) * scale
        a2 = (1 - 2.0.squareRoot() * w + w * w) * scale
    }

    /// Samples without a value (NaN) stay so and part the series into runs that are filtered one by one.
    func apply(_ samples: [Double]) -> [Double] {
        var result = samples
        var start = 0
        while start < samples.count {
            guard !samples[start].isNaN else {
                start += 1
                continue
            }
            let end = samples[start...].firstIndex(where: \.isNaN) ?? samples.count
            result.replaceSubrange(start..<end, with: filterRun(Array(samples[start..<end])))
            start = end
        }
        return result
    }

    /// Both ends are continued by the run itself, turned about its last value, so that they do not bend to zero.
    private func filterRun(_ run: [Double]) -> [Double] {
        let pad = min(run.count - 1, 30)
        guard pad > 0, let first = run.first, let last = run.last else { return run }
        var padded: [Double] = []
        padded.reserveCapacity(run.count + 2 * pad)
        for index in stride(from: pad, through: 1, by: -1) { padded.append(2 * first - run[index]) }
        padded += run
        for index in 1...pad { padded.append(2 * last - run[run.count - 1 - index]) }
        pass(&padded, stride(from: 0, to: padded.count, by: 1))
        pass(&padded, stride(from: padded.count - 1, through: 0, by: -1))
        return Array(padded[pad..<pad + run.count])
    }

    /// In place, in the order of `indices`. Starts as if the first value had stood for ever.
    private func pass(_ samples: inout [Double], _ indices: some Sequence<Int>) {
        guard let start = indices.first(where: { _ in true }) else { return }
        var (x1, x2, y1, y2) = (samples[start], samples[start], samples[start], samples[start])
        for index in indices {
            let x = samples[index]
            let y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            (x2, x1, y2, y1) = (x1, x, y1, y)
            samples[index] = y
        }
    }
}
