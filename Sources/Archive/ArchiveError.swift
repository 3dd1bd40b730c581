import Foundation

/// Why the archive did not do what was asked.
package enum ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidKey
    case notFound
    /// The upload stands at another offset.
    case conflict(offset: Int64)
    case noSpace
    case sizeMismatch(expected: Int64, found: Int64)
    case digestMismatch
    /// Something else is stored under that key.
    case exists
    case io(code: Int32, operation: String)

    package var description: String {
        switch self {
        case .invalidKey: "The object's name is not valid."
        case .notFound: "There is no such object in the archive."
        case .conflict(let offset): "The upload continues at byte \(offset)."
        case .noSpace: "The archive is full."
        case .sizeMismatch(let expected, let found): "The upload has \(found) bytes; \(expected) were declared."
        case .digestMismatch: "The upload's content does not have the checksum that was declared."
        case .exists: "Another object has that name."
        case .io(let code, let operation): "The archive failed to \(operation): \(String(cString: strerror(code)))."
        }
    }

    /// For a call that has just failed.
    static func last(_ operation: String) -> ArchiveError {
        switch errno {
        case ENOSPC, EDQUOT: .noSpace
        case ENOENT: .notFound
        case let code: .io(code: code, operation: operation)
        }
    }
}
