import Foundation
package import Ingest
import Synchronization

/// A file without a name, which is gone with the process, for what need not be in memory. Any thread may use it.
package final class ScratchFile: Sendable {
    /// Where in the file something is.
    package struct Extent: Sendable {
        fileprivate var offset: Int
        fileprivate var count: Int
    }

    private let descriptor: Int32
    private let end = Atomic(0)

    /// Nil where no file can be made.
    package convenience init?(in folder: String) {
        let path = folder + "/pthub-\(UUID().uuidString)"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        unlink(path)
        self.init(descriptor: descriptor)
    }

    /// The descriptor is this object's from here on.
    package init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Nil where the disk does not take it.
    package func write(_ bytes: [UInt8]) -> Extent? {
        let extent = Extent(offset: end.add(bytes.count, ordering: .relaxed).oldValue, count: bytes.count)
        let isWritten = bytes.withUnsafeBytes { bytes in
            Self.isDone(bytes.count) { done in
                pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(extent.offset + done))
            }
        }
        return isWritten ? extent : nil
    }

    package func read(_ extent: Extent) throws(MediaError) -> [UInt8] {
        var isRead = false
        let bytes = [UInt8](unsafeUninitializedCapacity: extent.count) { bytes, count in
            isRead = Self.isDone(extent.count) { done in
                pread(descriptor, bytes.baseAddress! + done, extent.count - done, off_t(extent.offset + done))
            }
            count = isRead ? extent.count : 0
        }
        guard isRead else {
            throw MediaError(
                code: .readFailed,
                message: "What was found in the clip could not be read back from the temporary file. Try again.")
        }
        return bytes
    }

    /// Repeats `step`, which gets how much is done and returns how much it did, up to `count`. False when it fails.
    private static func isDone(_ count: Int, _ step: (Int) -> Int) -> Bool {
        var done = 0
        while done < count {
            let more = step(done)
            if more < 0 && errno == EINTR { continue }
            guard more > 0 else { return false }
            done += more
        }
        return true
    }
}
