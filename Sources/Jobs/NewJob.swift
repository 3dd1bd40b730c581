import Foundation

/// A job to be enqueued.
package struct NewJob: Sendable {
    package var tenant: Int64
    package var queue: String
    package var kind: String
    /// JSON.
    package var payload: String
    /// At most one unfinished job of a kind has this key.
    package var uniqueKey: String?
    /// 0 first.
    package var priority: Int16
    /// In the units of the tenant's virtual time: seconds of video are a good guess.
    package var estimatedCost: Float
    package var maximumRuntime: Duration
    package var maximumAttempts: Int16

    package init(
        tenant: Int64, queue: String = "analysis", kind: String, payload: some Encodable & Sendable,
        uniqueKey: String? = nil, priority: Int16 = 2, estimatedCost: Float = 1,
        maximumRuntime: Duration = .seconds(600), maximumAttempts: Int16 = 5
    ) throws {
        self.tenant = tenant
        self.queue = queue
        self.kind = kind
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        self.payload = String(decoding: try encoder.encode(payload), as: UTF8.self)
        self.uniqueKey = uniqueKey
        self.priority = priority
        self.estimatedCost = estimatedCost
        self.maximumRuntime = maximumRuntime
        self.maximumAttempts = maximumAttempts
    }
}
