import Foundation
import OpenSSL

/// File calls with the flushes that make them survive a crash. After a failed flush the file is given up, never
/// flushed again: the kernel may have dropped what it could not write.
enum DurableFile {
    static func makeFolder(_ path: String) throws(ArchiveError) {
        if mkdir(path, 0o700) == 0 {
            try flushFolder(of: path)
        } else if errno == ENOENT {
            try makeFolder(folder(of: path))
            try makeFolder(path)
        } else if errno != EEXIST {
            throw .last("make the folder \(path)")
        }
    }

    static func folder(of path: String) -> String { (path as NSString).deletingLastPathComponent }

    /// The entry of a file in its folder.
    static func flushFolder(of path: String) throws(ArchiveError) {
        let file = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw .last("open a folder") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .last("flush a folder") }
    }

    static func write(_ bytes: [UInt8], to path: String) throws(ArchiveError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .last("make a file") }
        defer { close(file) }
        try writeAll(bytes, file, at: 0)
        guard fsync(file) == 0 else { throw .last("flush a file") }
    }

    /// Appends at `offset`, which must be the file's size. A part that could not be written is cut off again.
    static func append(_ bytes: [UInt8], to path: String, at offset: Int64) throws(ArchiveError) -> Int64 {
        let file = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw .last("open an upload") }
        defer { close(file) }
        let size = lseek(file, 0, SEEK_END)
        guard size == off_t(offset) else { throw .conflict(offset: Int64(size)) }
        do throws(ArchiveError) {
            try writeAll(bytes, file, at: offset)
            guard fdatasync(file) == 0 else { throw .last("flush an upload") }
        } catch {
            ftruncate(file, off_t(offset))
            throw error
        }
        return offset + Int64(bytes.count)
    }

    private static func writeAll(_ bytes: [UInt8], _ file: Int32, at offset: Int64) throws(ArchiveError) {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { raw in
                pwrite(file, raw.baseAddress! + done, raw.count - done, off_t(offset) + off_t(done))
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw .last("write") }
            done += written
        }
    }

    static func flush(_ path: String) throws(ArchiveError) {
        let file = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw .last("open a file") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .last("flush a file") }
    }

    static func openForReading(_ path: String) throws(ArchiveError) -> Int32 {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw .last("open an object") }
        return file
    }

    static func size(_ path: String) throws(ArchiveError) -> Int64 {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw .last("look up an object") }
        return Int64(status.st_size)
    }

    static func read(_ path: String, range: Range<Int64>?) throws(ArchiveError) -> [UInt8] {
        let file = try openForReading(path)
        defer { close(file) }
        let size = Int64(lseek(file, 0, SEEK_END))
        let wanted = (range ?? 0..<size).clamped(to: 0..<max(size, 0))
        var bytes = [UInt8](repeating: 0, count: wanted.count)
        var done = 0
        while done < bytes.count {
            let got = bytes.withUnsafeMutableBytes { raw in
                pread(file, raw.baseAddress! + done, raw.count - done, off_t(wanted.lowerBound) + off_t(done))
            }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw .last("read an object") }
            // The file is shorter than it was a moment ago.
            guard got > 0 else { return Array(bytes[..<done]) }
            done += got
        }
        return bytes
    }

    static func digest(_ path: String) throws(ArchiveError) -> Digest {
        let size = try size(path)
        var hash = SHA256()
        var offset: Int64 = 0
        while offset < size {
            let chunk = try read(path, range: offset..<min(offset + (1 << 20), size))
            guard !chunk.isEmpty else { throw .io(code: EIO, operation: "read an object") }
            hash.update(chunk)
            offset += Int64(chunk.count)
        }
        return hash.finish()
    }
}
