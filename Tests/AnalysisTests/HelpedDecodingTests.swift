import Analysis
import Domain
import Ingest
import Support
import Testing

/// Decoding that goes over to another thread in the middle of a segment.
@Suite struct HelpedDecodingTests {
    private static let frameBytes = 640 * 480 * 3 / 2

    @Test("Wherever a thread becomes free, the same frames come in the same order", arguments: [0, 1, 5, 40, 10_000])
    func frames(busy: Int) throws {
        let alone = InlineDecoding(try reader())
        var expected: [Frame] = []
        while let frame = try alone.next() { expected.append(Frame(frame)) }
        #expect(expected.count > 300)

        let state = EstimationState()
        let helped = HelpedDecoding(try reader(), batchBytes: 4 * Self.frameBytes, state: state)
        var found: [Frame] = []
        if busy == 0 { state.addFreeThread() }
        while let frame = try helped.next() {
            found.append(Frame(frame))
            if found.count == busy { state.addFreeThread() }
        }
        #expect(found == expected)
        #expect(helped.finish() > 0)
        #expect(state.takeFreeThread() == (busy < expected.count), "a thread that helped is free again")
        #expect(!state.takeFreeThread())
    }

    @Test("Whoever wants no more frames gets the helping thread back")
    func abandoned() throws {
        let state = EstimationState()
        state.addFreeThread()
        let helped = HelpedDecoding(try reader(), batchBytes: 0, state: state)
        _ = try helped.next()
        #expect(!state.takeFreeThread())
        _ = helped.finish()
        #expect(state.takeFreeThread())
    }

    private func reader() throws -> FrameReader {
        try FrameReader(
            .path(ProjectFiles.sampleClip("press_side_arch_4")), limits: .default, mode: .roughPlanes, threads: 1)
    }

    private struct Frame: Equatable {
        var time: Double
        var luma: Int

        init(_ frame: VideoFrame) {
            time = frame.time
            luma = frame.withPixels { view in
                let row = view.planes[0].base + view.height / 2 * view.planes[0].stride
                return (0..<view.width).reduce(0) { $0 &* 31 &+ Int(row[$1]) }
            }
        }
    }
}
