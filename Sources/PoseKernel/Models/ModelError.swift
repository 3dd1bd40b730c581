/// Why a model cannot be used.
package struct ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: String, Sendable {
        case missing, wrongChecksum, corrupt, unsupported, wrongShape
    }

    package var reason: Reason
    package var description: String

    package init(_ reason: Reason, _ description: String) {
        (self.reason, self.description) = (reason, description)
    }
}
