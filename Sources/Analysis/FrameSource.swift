import Dispatch
package import Ingest

/// Frames in order, wherever they are decoded. For one thread.
package protocol FrameSource: AnyObject {
    /// The next frame; nil at the end.
    func next() throws(MediaError) -> VideoFrame?
    /// Says that no more frames are wanted; returns the seconds that were spent on decoding.
    func finish() -> Double
}

/// Decodes on the calling thread, several frames in a row: decoder and networks each find more of what they left in the
/// caches than when they take turns with every frame.
package final class InlineDecoding: FrameSource {
    /// What a batch may hold when the same thread estimates: ten frames of 1920 x 1080, two of 3840 x 2160.
    static let usualBatch = 31 << 20

    private let reader: FrameReader
    private let batchBytes: Int
    private var seconds = 0.0
    /// The next one last.
    private var frames: [VideoFrame] = []

    /// `batchBytes`: of the pictures of one batch, which is one frame at least.
    package init(_ reader: FrameReader, batchBytes: Int = 0) { (self.reader, self.batchBytes) = (reader, batchBytes) }

    /// Whether the next frame is still to be decoded.
    var isEmpty: Bool { frames.isEmpty }

    package func next() throws(MediaError) -> VideoFrame? {
        if frames.isEmpty { try decode() }
        return frames.popLast()
    }

    private func decode() throws(MediaError) {
        let start = DispatchTime.now().uptimeNanoseconds
        defer { seconds += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
        var bytes = 0
        repeat {
            guard let frame = try reader.next() else { break }
            frames.append(frame)
            bytes += frame.width * frame.height * 3 / 2
        } while bytes + bytes / frames.count <= batchBytes
        frames.reverse()
    }

    package func finish() -> Double { seconds }
}
