import Foundation

/// How often one may call a route: `count` times in `seconds`, counted for the principal or, without one, the address.
struct RateLimit: Sendable {
    var count: Int
    var seconds: Double
    /// Routes of one name share their count.
    var name: String
}

/// Token buckets in this process. Several servers behind one address each have their own: the limits are then as many
/// times higher; what must hold across servers (sign-in) is counted in the database.
actor RateLimiter {
    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    private var buckets: [String: Bucket] = [:]
    private let clock = ContinuousClock()
    private let factor: Double

    /// Every limit is multiplied by `factor`: for places where many people share one address.
    init(factor: Double = 1) {
        self.factor = factor
    }

    /// Nil when the call may go on; else the seconds to wait.
    func refusal(_ limit: RateLimit, caller: String) -> Int? {
        let now = clock.now
        let most = Double(limit.count) * factor
        let rate = most / limit.seconds
        var bucket = buckets[limit.name + "\0" + caller] ?? Bucket(tokens: most, at: now)
        let passed = (now - bucket.at) / .seconds(1)
        bucket = Bucket(tokens: min(most, bucket.tokens + passed * rate), at: now)
        let isAllowed = bucket.tokens >= 1
        if isAllowed { bucket.tokens -= 1 }
        if buckets.count > 50_000 { buckets.removeAll() }
        buckets[limit.name + "\0" + caller] = bucket
        return isAllowed ? nil : Int(((1 - bucket.tokens) / rate).rounded(.up))
    }
}
