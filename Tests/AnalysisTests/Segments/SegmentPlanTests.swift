import Analysis
import Testing

@Suite struct SegmentPlanTests {
    private func plan(_ seconds: Double?) -> SegmentPlan { SegmentPlan(duration: seconds) }

    @Test("Clips that are short, or do not say how long they are, stay whole", arguments: [nil, 0, 3, 14.9])
    func whole(seconds: Double?) {
        #expect(plan(seconds) == .whole)
        #expect(!plan(seconds).isCut)
    }

    @Test(
        "Segments are an even number, leave no gap, and are equal with their warm-up",
        arguments: [15, 20.4, 62, 100, 3600, 14_400])
    func cut(seconds: Double) {
        let segments = plan(seconds).segments
        #expect(segments.count.isMultiple(of: 2) && segments.count >= 2)
        #expect(segments[0].start == 0)
        #expect(segments.last?.end == .infinity)
        let effort = segments[0].end
        #expect(effort >= 7 && effort <= 45)
        for (one, next) in zip(segments, segments.dropFirst()) {
            #expect(one.end == next.start)
            #expect(abs(min(next.end, seconds) - next.start + SegmentPlan.warmUp - effort) < 1e-4)
        }
    }

    @Test("A segment that is far from the last key frame is shorter")
    func runUp() {
        let segments = SegmentPlan(duration: 62, keyFrames: [0, 24, 33]).segments
        let even = plan(62).segments
        #expect(segments[1].start > even[1].start + 0.5 && segments[1].start < even[1].start + 2)
    }

    @Test("Where a key frame is near the middle, the warm-up begins right behind it")
    func nearKeyFrame() {
        let even = plan(62).segments[1].start - SegmentPlan.warmUp
        let segments = SegmentPlan(duration: 62, keyFrames: [0, 22.5, even + 0.3]).segments
        let entry = segments[1].start - SegmentPlan.warmUp
        #expect(entry >= even + 0.3 && entry < even + 0.6)
    }

    @Test("A key frame that is too far away to begin at counts for nothing")
    func farKeyFrame() {
        #expect(SegmentPlan(duration: 62, keyFrames: [0, 15]) == plan(62))
    }
}
