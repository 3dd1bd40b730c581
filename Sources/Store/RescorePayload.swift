package import Foundation

/// What a `rescore` job is about: today's rules over the clip's archived track.
package struct RescorePayload: Codable, Equatable, Sendable {
    package static let kind = "rescore"

    package var clip: UUID

    package init(clip: UUID) {
        self.clip = clip
    }
}
