import Foundation

/// A file that is open for reading as long as the object lives.
package final class OpenFile {
    package let descriptor: Int32

    package init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CocoaError(.fileReadNoSuchFile) }
    }

    deinit { close(descriptor) }
}
