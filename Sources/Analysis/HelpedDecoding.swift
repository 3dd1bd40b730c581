package import Ingest

/// Decodes on the calling thread as long as every thread has a segment to do. Once one has none left, the rest is decoded
/// there, so that whoever is last is not alone with all the work.
package final class HelpedDecoding: FrameSource {
    private let reader: FrameReader
    private let state: EstimationState
    private let own: InlineDecoding
    private var helper: DecodeStage?

    package init(_ reader: FrameReader, batchBytes: Int, state: EstimationState) {
        (self.reader, self.state) = (reader, state)
        own = InlineDecoding(reader, batchBytes: batchBytes)
    }

    package func next() throws(MediaError) -> VideoFrame? {
        if helper == nil, own.isEmpty, state.takeFreeThread() { helper = DecodeStage(reader) }
        if let helper { return try helper.next() }
        return try own.next()
    }

    package func finish() -> Double {
        guard let helper else { return own.finish() }
        defer { state.addFreeThread() }
        return own.finish() + helper.finish()
    }
}
