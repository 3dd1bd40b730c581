import Foundation
import Ingest

/// Decodes on a thread of its own, ahead of whoever takes the frames, but only as far as a bounded queue reaches.
final class DecodeStage: FrameSource, @unchecked Sendable {  // `outcome` is written before the queue closes, read after
    private let queue = BoundedQueue<VideoFrame>(capacity: 3)
    private var outcome: Result<Double, MediaError> = .success(0)
    private let finished = DispatchSemaphore(value: 0)

    /// The reader is made by the caller and used by the new thread alone from here on.
    init(_ reader: FrameReader) {
        let handover = Once(reader)
        let thread = Thread { [self] in
            guard let reader = handover.take() else { preconditionFailure("the reader is for this thread") }
            outcome = decode(reader)
            queue.close()
            finished.signal()
        }
        thread.name = "decode"
        // FFmpeg's decoders keep large frames on the stack.
        thread.stackSize = 4 << 20
        thread.start()
    }

    func next() throws(MediaError) -> VideoFrame? {
        if let frame = queue.pop() { return frame }
        finished.wait()
        defer { finished.signal() }
        _ = try outcome.get()
        return nil
    }

    func finish() -> Double {
        queue.close()
        finished.wait()
        defer { finished.signal() }
        return (try? outcome.get()) ?? 0
    }

    private func decode(_ reader: FrameReader) -> Result<Double, MediaError> {
        let source = InlineDecoding(reader)
        do throws(MediaError) {
            while let frame = try source.next(), queue.push(frame) {}
            return .success(source.finish())
        } catch {
            return .failure(error)
        }
    }
}
