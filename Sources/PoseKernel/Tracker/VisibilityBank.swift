import Domain

/// Smooths the visibility of each landmark. Never reset: the reference does not run this filter at all on frames
/// without a person, so it carries over a loss.
struct VisibilityBank {
    private static let alpha: Float = 0.1
    private var filters: [LowPassFilter]

    init(count: Int) { filters = Array(repeating: LowPassFilter(), count: count) }

    /// Smooths the first landmarks, as many as the bank has filters.
    mutating func apply(to landmarks: inout [Landmark]) {
        for index in filters.indices {
            landmarks[index].visibility = filters[index].apply(landmarks[index].visibility, alpha: Self.alpha)
        }
    }
}
