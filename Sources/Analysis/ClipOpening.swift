import Ingest
import PoseKernel

/// A clip that was opened: how it is cut, and what its first segment goes on with.
struct ClipOpening: @unchecked Sendable {  // reader and first frame go to the one thread that does the first segment
    let plan: SegmentPlan
    let reader: FrameReader
    let first: VideoFrame
    let start: FrameReader.Start
    /// Threads that work at once, each on a segment, and how many threads each of them may use in all.
    let crew: Int
    let threadsEach: Int

    /// Opens a clip and reads its first frame.
    init(
        _ source: ClipSource, _ options: AnalysisOptions, plan: (MediaInfo) -> SegmentPlan
    ) throws(MediaError) {
        func crew(_ plan: SegmentPlan) -> Int { min(options.threads, plan.segments.count) }
        reader = try FrameReader(source, limits: options.limits, mode: options.reference ? .rgb : .planes) {
            Self.decoderThreads(options.threads / crew(plan($0)))
        }
        self.plan = plan(reader.info)
        self.crew = crew(self.plan)
        threadsEach = options.threads / self.crew
        guard let first = try reader.next(), let start = reader.start else {
            preconditionFailure("a reader gives a frame or says why not")
        }
        (self.first, self.start) = (first, start)
    }

    /// Of so many threads for one segment one estimates, the others decode; a single one does both.
    static func decoderThreads(_ threads: Int) -> Int { max(threads - 1, 1) }
}
