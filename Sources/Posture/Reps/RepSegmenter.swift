import Domain

/// Finds reps on the driver signal: excursions from rest and back, with hysteresis.
struct RepSegmenter {
    /// One excursion in sample indices.
    struct Excursion: Equatable {
        var start: Int
        var turn: Int
        var end: Int
        var kind: Rep.Kind
    }

    let parameters: SignalParameters
    let driver: ExerciseRules.Driver

    /// `signal` in the driver's unit, NaN where it is unknown; `rate` samples a second.
    func excursions(_ signal: [Double], rate: Double) -> [Excursion] {
        guard let scale = Scale(signal, driver, parameters) else { return [] }
        let share = signal.map(scale.share)
        return candidates(share).compactMap { refine($0, signal: signal, share: share, scale: scale, rate: rate) }
    }

    /// Maps the driver to 0 at rest and 1 at the usual turn.
    private struct Scale {
        var rest: Double
        var range: Double

        init?(_ signal: [Double], _ driver: ExerciseRules.Driver, _ parameters: SignalParameters) {
            guard let low = Statistics.percentile(signal, parameters.percentileLow.value),
                let high = Statistics.percentile(signal, parameters.percentileHigh.value),
                high - low >= driver.minimumRange
            else { return nil }
            let falls = driver.turn < driver.rest
            rest = falls ? high : low
            range = falls ? low - high : high - low
        }

        func share(_ value: Double) -> Double { (value - rest) / range }
    }

    /// From leaving the low threshold to being back below it, with the highest sample between.
    private func candidates(_ share: [Double]) -> [(start: Int, peak: Int, end: Int)] {
        let low = parameters.hysteresisLow.value
        var result: [(start: Int, peak: Int, end: Int)] = []
        // A clip may begin half way up: then there was no start to see until the signal has rested once.
        var open: (start: Int, peak: Int)?
        var hasRested = false
        for index in share.indices {
            guard !share[index].isNaN else {
                (open, hasRested) = (nil, false)
                continue
            }
            if let current = open {
                if share[index] > share[current.peak] { open?.peak = index }
                if share[index] < low {
                    result.append((current.start, current.peak, index))
                    (open, hasRested) = (nil, true)
                }
            } else if share[index] < low {
                hasRested = true
            } else if hasRested || index == 0 || share[index - 1].isNaN {
                open = (index, index)
            }
        }
        return result
    }

    /// Widens a candidate to where the movement begins and ends, finds the middle of the turn, and judges its size.
    private func refine(
        _ candidate: (start: Int, peak: Int, end: Int), signal: [Double], share: [Double], scale: Scale, rate: Double
    ) -> Excursion? {
        let speed = Speed.degreesPerSecond(signal, rate: rate)
        let peakSpeed = (candidate.start...candidate.end).map { abs(speed[$0]) }.filter { !$0.isNaN }.max() ?? 0
        let still = parameters.edgeShare.value * peakSpeed
        var start = candidate.start
        while start > 0, !share[start - 1].isNaN, abs(speed[start]) > still, share[start - 1] <= share[start] {
            start -= 1
        }
        var end = candidate.end
        while end + 1 < share.count, !share[end + 1].isNaN, abs(speed[end]) > still, share[end + 1] <= share[end] {
            end += 1
        }
        let seconds = Double(end - start) / rate
        guard seconds >= parameters.repMinimum.value, seconds <= parameters.repMaximum.value,
            abs(share[candidate.peak] * scale.range) >= driver.minimumRange * parameters.partialShare.value
        else { return nil }
        let height = share[candidate.peak]
        let kind: Rep.Kind =
            height >= parameters.hysteresisHigh.value
            ? .full : height >= parameters.partialShare.value ? .partial : .attempt
        return Excursion(start: start, turn: middleOfTurn(candidate, speed, peakSpeed), end: end, kind: kind)
    }

    private func middleOfTurn(_ candidate: (start: Int, peak: Int, end: Int), _ speed: [Double], _ peak: Double) -> Int
    {
        let still = max(parameters.pauseSpeed.value, parameters.pauseShare.value * peak)
        var first = candidate.peak
        while first > candidate.start, abs(speed[first - 1]) < still { first -= 1 }
        var last = candidate.peak
        while last < candidate.end, abs(speed[last + 1]) < still { last += 1 }
        return (first + last) / 2
    }
}

/// Speed of an angle by central differences.
enum Speed {
    static func degreesPerSecond(_ signal: [Double], rate: Double) -> [Double] {
        signal.indices.map { index in
            let (before, after) = (max(index - 1, 0), min(index + 1, signal.count - 1))
            guard after > before else { return 0 }
            return (signal[after] - signal[before]) * rate / Double(after - before)
        }
    }
}
