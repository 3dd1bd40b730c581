import Ingest
import PoseKernel

/// A clip that was opened: how it is cut, and what its first segment goes on with.
struct ClipOpening: Sendable {
    let plan: SegmentPlan
    let info: MediaInfo
    /// For the one thread that does the first segment; nobody keeps the decoder alive longer.
    let beginning: Once<Beginning>
    let start: FrameReader.Start
    /// Threads that work at once, each on a segment, and how many threads each of them may use in all.
    let crew: Int
    let threadsEach: Int

    struct Beginning {
        let reader: FrameReader
        let first: VideoFrame
    }

    /// Opens a clip and reads its first frame.
    init(
        _ source: ClipSource, _ options: AnalysisOptions, plan: (MediaInfo) -> SegmentPlan
    ) throws(MediaError) {
        func crew(_ plan: SegmentPlan) -> Int { min(options.threads, plan.segments.count) }
        let reader = try FrameReader(source, limits: options.limits, mode: options.reference ? .rgb : .roughPlanes) {
            Self.decoderThreads(options.threads / crew(plan($0)))
        }
        info = reader.info
        self.plan = plan(info)
        self.crew = crew(self.plan)
        threadsEach = options.threads / self.crew
        guard let first = try reader.next(), let start = reader.start else {
            preconditionFailure("a reader gives a frame or says why not")
        }
        self.start = start
        beginning = Once(Beginning(reader: reader, first: first))
    }

    /// Of so many threads for one segment one estimates, the others decode; a single one does both.
    static func decoderThreads(_ threads: Int) -> Int { max(threads - 1, 1) }
}
