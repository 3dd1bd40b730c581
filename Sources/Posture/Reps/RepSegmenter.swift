import Domain

/// Finds reps on the driver signal: excursions from rest and back, with hysteresis.
struct RepSegmenter {
    /// One excursion in sample indices: it leaves rest at `start`, stands at the turn from `heldFrom` to `heldTo`, and is
    /// back at `end`.
    struct Excursion: Equatable {
        var start: Int
        var heldFrom: Int
        var heldTo: Int
        var end: Int
        var kind: Rep.Kind

        var turn: Int { (heldFrom + heldTo) / 2 }
    }

    /// Movements that went far enough but are no reps, by the reason.
    struct Rejections: Equatable {
        var tooShort = 0
        var tooLong = 0
        var outOfPlace = 0
    }

    struct Result {
        var excursions: [Excursion] = []
        var rejections = Rejections()
    }

    let parameters: SignalParameters
    let driver: ExerciseRules.Driver
    let rate: Double
    /// Whether the person is in the exercise's position and stays in place from one sample to another.
    let isInPlace: (Range<Int>) -> Bool

    /// `signal` in the driver's unit, NaN where it is unknown.
    func segment(_ signal: [Double]) -> Result {
        let first = segment(signal, scaledBy: 0..<signal.count)
        guard let active = Self.span(first.excursions) else { return first }
        // Once more by the active part alone: walking in or putting weights away may have widened the range.
        let second = segment(signal, scaledBy: active)
        return second.excursions.isEmpty ? first : second
    }

    static func span(_ excursions: [Excursion]) -> Range<Int>? {
        guard let first = excursions.first, let last = excursions.last else { return nil }
        return first.start..<last.end + 1
    }

    private func segment(_ signal: [Double], scaledBy window: Range<Int>) -> Result {
        guard let scale = DriverScale(Array(signal[window]), driver, parameters) else { return Result() }
        let share = signal.map(scale.share)
        var result = Result()
        for candidate in candidates(share) {
            if let excursion = refine(candidate, share: share, scale: scale, &result.rejections) {
                result.excursions.append(excursion)
            }
        }
        return result
    }

    private struct Candidate {
        var start: Int
        var peak: Int
        var end: Int
    }

    /// From leaving the low threshold to being back below it, with the highest sample between.
    private func candidates(_ share: [Double]) -> [Candidate] {
        let low = parameters.hysteresisLow.value
        var result: [Candidate] = []
        // A clip may begin half way up: then there was no start to see until the signal has rested once.
        var open: Candidate?
        var hasRested = false
        for index in share.indices {
            guard !share[index].isNaN else {
                (open, hasRested) = (nil, false)
                continue
            }
            if let current = open {
                if share[index] > share[current.peak] { open?.peak = index }
                if share[index] < low {
                    result.append(Candidate(start: current.start, peak: current.peak, end: index))
                    (open, hasRested) = (nil, true)
                }
            } else if share[index] < low {
                hasRested = true
            } else if hasRested || index == 0 || share[index - 1].isNaN {
                open = Candidate(start: index, peak: index, end: index)
            }
        }
        return result
    }

    /// Widens a candidate to where the movement begins and ends, finds the hold at the turn, and judges its size.
    private func refine(
        _ candidate: Candidate, share: [Double], scale: DriverScale, _ rejections: inout Rejections
    ) -> Excursion? {
        let before = restBefore(candidate, share)
        let after = restAfter(candidate, share)
        let fit = PhaseFit(
            signal: share, rate: rate, shelf: parameters.phaseShelf.value, reach: parameters.phaseReach.value)
        var out = fit.phase(from: before, to: candidate.peak)
        var back = fit.phase(from: after, to: candidate.peak, isReversed: true)
        if out.end > back.start {
            // No hold at all: the movement turns at its extreme.
            let meeting = min(max(candidate.peak, out.start), back.end)
            (out.end, back.start) = (meeting, meeting)
        }
        let seconds = Double(back.end - out.start) / rate
        let height = share[candidate.peak]
        guard abs(height * scale.range) >= driver.minimumRange * parameters.partialShare.value else { return nil }
        guard seconds >= parameters.repMinimum.value else {
            rejections.tooShort += 1
            return nil
        }
        guard seconds <= parameters.repMaximum.value else {
            rejections.tooLong += 1
            return nil
        }
        guard isInPlace(out.start..<back.end + 1) else {
            rejections.outOfPlace += 1
            return nil
        }
        let kind: Rep.Kind =
            height >= parameters.hysteresisHigh.value
            ? .full : height >= parameters.partialShare.value ? .partial : .attempt
        return Excursion(start: out.start, heldFrom: out.end, heldTo: back.start, end: back.end, kind: kind)
    }

    /// The sample of rest that the movement out began from: backwards as long as the signal falls.
    private func restBefore(_ candidate: Candidate, _ share: [Double]) -> Int {
        walk(from: candidate.start, share, step: -1)
    }

    private func restAfter(_ candidate: Candidate, _ share: [Double]) -> Int {
        walk(from: candidate.end, share, step: 1)
    }

    /// To the lowest sample before the signal rises again by more than the shelf, or stays level for longer than the
    /// longest bridge of a movement.
    private func walk(from first: Int, _ share: [Double], step: Int) -> Int {
        let patience = Int(parameters.phaseReach.value * 2 * rate)
        var best = first
        var index = first
        while share.indices.contains(index + step), !share[index + step].isNaN {
            index += step
            if share[index] < share[best] - 0.005 { best = index }
            if share[index] > share[best] + parameters.phaseShelf.value || abs(index - best) > patience { break }
        }
        return best
    }
}
