/// Why a job did not succeed: decides whether it is tried again, and what its owner reads.
package struct JobFailure: Error, Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable {
        /// Bad media: no retry, the user reads why.
        case permanent
        /// Storage or database: tried again.
        case transient
        /// The analyzer child died: tried again until it counts as poison.
        case crash
        case cancelled
    }

    package var kind: Kind
    /// Stable, for scripts: `not_a_video`, `no_person`, `crashed`, …
    package var code: String
    /// One clear sentence for the person who caused it.
    package var message: String

    package init(kind: Kind, code: String, message: String) {
        (self.kind, self.code, self.message) = (kind, code, message)
    }
}
