package import Foundation

/// What an `analyze` job is about.
package struct AnalyzePayload: Codable, Equatable, Sendable {
    package static let kind = "analyze"

    package var clip: UUID

    package init(clip: UUID) {
        self.clip = clip
    }
}
