import Analysis
import Testing

@Suite struct SegmentPlanTests {
    private func plan(_ seconds: Double?) -> SegmentPlan { SegmentPlan(duration: seconds) }

    @Test("Clips that are short, or do not say how long they are, stay whole", arguments: [nil, 0, 3, 14.9])
    func whole(seconds: Double?) {
        #expect(plan(seconds) == .whole)
        #expect(!plan(seconds).isCut)
    }

    @Test("Segments are an even number, equal, and leave no gap", arguments: [15, 20.4, 62, 100, 3600, 14_400])
    func cut(seconds: Double) {
        let segments = plan(seconds).segments
        #expect(segments.count.isMultiple(of: 2) && segments.count >= 2)
        #expect(segments[0].start == 0)
        #expect(segments.last?.end == .infinity)
        for (one, next) in zip(segments, segments.dropFirst()) {
            #expect(one.end == next.start)
            #expect(abs(one.end - one.start - seconds / Double(segments.count)) < 1e-6)
            #expect(one.end - one.start >= 7 && one.end - one.start <= 45)
        }
    }
}
