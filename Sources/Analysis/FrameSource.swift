import Dispatch
import Ingest

/// Frames in order, wherever they are decoded. For one thread.
protocol FrameSource: AnyObject {
    /// The next frame; nil at the end.
    func next() throws(MediaError) -> VideoFrame?
    /// Says that no more frames are wanted; returns the seconds that were spent on decoding.
    func finish() -> Double
}

/// Decodes on the calling thread.
final class InlineDecoding: FrameSource {
    private let reader: FrameReader
    private var seconds = 0.0

    init(_ reader: FrameReader) { self.reader = reader }

    func next() throws(MediaError) -> VideoFrame? {
        let start = DispatchTime.now().uptimeNanoseconds
        defer { seconds += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
        return try reader.next()
    }

    func finish() -> Double { seconds }
}
