/// Non-maximum suppression that averages instead of dropping.
enum WeightedSuppression {
    /// Boxes that overlap the best one by more than this are the same person.
    static let overlapThreshold: Float = 0.3

    /// The best detection, moved to the score-weighted mean of all that overlap it. Nil when there is none. Further
    /// persons are not looked for.
    ///
    /// - Parameter candidates: best first: the sums run in that order.
    static func best(_ candidates: [Detection]) -> Detection? {
        guard let top = candidates.first else { return nil }
        var total: Float = 0
        var sum = Detection(
            score: 0, origin: .zero, size: .zero, hips: .zero, scalePoint: .zero, shoulders: .zero,
            upperScalePoint: .zero)
        var end = SIMD2<Float>.zero
        for candidate in candidates where candidate.overlap(top) > overlapThreshold {
            let score = candidate.score
            total += score
            sum.origin += candidate.origin * score
            end += (candidate.origin + candidate.size) * score
            sum.hips += candidate.hips * score
            sum.scalePoint += candidate.scalePoint * score
            sum.shoulders += candidate.shoulders * score
            sum.upperScalePoint += candidate.upperScalePoint * score
        }
        // A box without area does not even overlap itself.
        guard total > 0 else { return top }
        let origin = sum.origin / total
        return Detection(
            score: top.score, origin: origin, size: end / total - origin,
            hips: sum.hips / total, scalePoint: sum.scalePoint / total,
            shoulders: sum.shoulders / total, upperScalePoint: sum.upperScalePoint / total)
    }
}
