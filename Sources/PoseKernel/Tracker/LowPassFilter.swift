/// Exponential smoothing of one value, kept in single precision, blended in double.
struct LowPassFilter {
    private var hasValue = false
    /// The last value before smoothing.
    private(set) var raw: Float = 0
    private var smoothed: Float = 0

    /// Nil before the first value.
    var lastRaw: Float? { hasValue ? raw : nil }

    /// `alpha` is the new value's share.
    mutating func apply(_ value: Float, alpha: Float) -> Float {
        let result =
            hasValue ? Float(Double(alpha * value) + (1 - Double(alpha)) * Double(smoothed)) : value
        (hasValue, raw, smoothed) = (true, value, result)
        return result
    }
}
