internal import CFFmpeg
import Dispatch
import Foundation

/// Feeds FFmpeg from a descriptor by position, so that no protocol of its own is ever opened.
final class ClipInput {
    private let descriptor: Int32
    private let closes: Bool
    let size: Int64
    private var position: Int64 = 0
    private(set) var context: UnsafeMutablePointer<AVIOContext>?

    private static let bufferSize: Int32 = 64 << 10
    /// Nanoseconds of uptime after which opening is given up: a header may be made to keep a parser busy.
    private var deadline = DispatchTime.now().uptimeNanoseconds + 30_000_000_000

    init(_ source: ClipSource, limits: MediaLimits) throws(MediaError) {
        switch source {
        case .descriptor(let given): (descriptor, closes) = (given, false)
        case .path(let path): (descriptor, closes) = (open(path, O_RDONLY | O_CLOEXEC), true)
        }
        guard descriptor >= 0 else { throw Self.readFailed(errno) }
        var status = stat()
        let known = fstat(descriptor, &status) == 0
        size = known ? Int64(status.st_size) : 0
        do throws(MediaError) {
            guard known, status.st_mode & S_IFMT == S_IFREG else { throw Self.readFailed(known ? EISDIR : errno) }
            try Self.check(size, limits)
            try makeContext()
        } catch {
            if closes { close(descriptor) }
            throw error
        }
    }

    deinit {
        if let context {
            av_free(context.pointee.buffer)
            var context: UnsafeMutablePointer<AVIOContext>? = context
            avio_context_free(&context)
        }
        if closes { close(descriptor) }
    }

    private static func check(_ size: Int64, _ limits: MediaLimits) throws(MediaError) {
        guard size > 0 else {
            throw MediaError(
                code: .emptyFile, message: "The file is empty (0 bytes). Export the clip again and upload that file.")
        }
        guard size <= limits.maximumBytes else {
            throw MediaError(
                code: .tooLarge,
                message: "The file has \(size >> 20) MiB; at most \(limits.maximumBytes >> 20) MiB are accepted. "
                    + "Cut the clip or export it smaller.")
        }
    }

    private func makeContext() throws(MediaError) {
        guard let buffer = av_malloc(Int(Self.bufferSize)) else {
            throw MediaError(code: .outOfMemory, message: "There is not enough memory to read the clip.")
        }
        // Unretained: this object outlives the context, which its deinit frees.
        let this = Unmanaged.passUnretained(self).toOpaque()
        context = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Self.bufferSize, 0, this,
            { opaque, target, count in
                guard let opaque, let target else { return -EINVAL }
                return Unmanaged<ClipInput>.fromOpaque(opaque).takeUnretainedValue().read(target, count)
            }, nil,
            { opaque, offset, whence in
                guard let opaque else { return -Int64(EINVAL) }
                return Unmanaged<ClipInput>.fromOpaque(opaque).takeUnretainedValue().seek(offset, whence)
            })
        guard context != nil else {
            av_free(buffer)
            throw MediaError(code: .outOfMemory, message: "There is not enough memory to read the clip.")
        }
    }

    /// Opened in time: from here on the limits count frames, and the parent watches the clock.
    func endOpening() { deadline = .max }

    var isInterrupted: Bool { DispatchTime.now().uptimeNanoseconds > deadline }

    private func read(_ target: UnsafeMutablePointer<UInt8>, _ count: Int32) -> Int32 {
        guard !isInterrupted else { return FFmpeg.exit }
        while true {
            let got = pread(descriptor, target, Int(count), off_t(position))
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { return -errno }
            guard got > 0 else { return FFmpeg.endOfFile }
            position += Int64(got)
            return Int32(got)
        }
    }

    private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        switch whence & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return size
        case SEEK_SET: position = offset
        case SEEK_CUR: position += offset
        case SEEK_END: position = size + offset
        default: return -Int64(EINVAL)
        }
        return position
    }

    static func readFailed(_ code: Int32) -> MediaError {
        MediaError(
            code: .readFailed, message: "The clip could not be read: \(String(cString: strerror(code))). Try again.")
    }
}
