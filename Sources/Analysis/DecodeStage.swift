import Foundation
import Ingest

/// Decodes a clip on a thread of its own into a bounded queue.
final class DecodeStage: @unchecked Sendable {  // `outcome` is written before the queue closes, read after
    let queue = BoundedQueue<VideoFrame>(capacity: 8)
    private var outcome: Result<Double, MediaError> = .success(0)
    private let finished = DispatchSemaphore(value: 0)

    /// The reader is made by the caller and used by the new thread alone from here on.
    func start(_ reader: consuming ReaderBox) {
        let box = reader
        let thread = Thread { [self] in
            outcome = decode(box.reader)
            queue.close()
            finished.signal()
        }
        thread.name = "decode"
        // FFmpeg's decoders keep large frames on the stack.
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Seconds spent decoding, after the last frame was taken.
    func finish() throws(MediaError) -> Double {
        queue.close()
        finished.wait()
        return try outcome.get()
    }

    private func decode(_ reader: FrameReader) -> Result<Double, MediaError> {
        var seconds = 0.0
        do throws(MediaError) {
            while true {
                let start = DispatchTime.now().uptimeNanoseconds
                let frame = try reader.next()
                seconds += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
                guard let frame, queue.push(frame) else { return .success(seconds) }
            }
        } catch {
            return .failure(error)
        }
    }
}

/// Carries a reader, which only one thread may use, to that thread.
struct ReaderBox: @unchecked Sendable {  // handed over once, before the thread starts
    let reader: FrameReader
}
