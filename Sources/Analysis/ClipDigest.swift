import Foundation
import Ingest
import OpenSSL

/// The SHA-256 of a clip's bytes.
enum ClipDigest {
    static func sha256(of source: ClipSource) throws(MediaError) -> Digest {
        switch source {
        case .descriptor(let descriptor):
            return try sha256(descriptor)
        case .path(let path):
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw readFailed() }
            defer { close(descriptor) }
            return try sha256(descriptor)
        }
    }

    /// By position, so that the descriptor's own offset stays where it is.
    private static func sha256(_ descriptor: Int32) throws(MediaError) -> Digest {
        var hash = SHA256()
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { chunk.deallocate() }
        var offset = 0
        while true {
            let count = pread(descriptor, chunk.baseAddress, chunk.count, off_t(offset))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw readFailed() }
            guard count > 0 else { return hash.finish() }
            hash.update(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
            offset += count
        }
    }

    private static func readFailed() -> MediaError {
        MediaError(code: .readFailed, message: "The clip could not be read: \(String(cString: strerror(errno))).")
    }
}
