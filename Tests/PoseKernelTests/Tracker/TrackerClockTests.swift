import PoseKernel
import Testing

@Suite struct TrackerClockTests {
    @Test("the fixed clock ignores the frames' times")
    func fixed() {
        var clock = TrackerClock(.fixed(microseconds: 33_333))
        #expect([0, 5, 5, -3, .nan].map { clock.advance(to: $0) } == (1...5).map { $0 * 33_333_000 })
    }

    @Test("presentation times count by their differences, the first as one nominal step")
    func presentation() {
        var clock = TrackerClock(.presentation)
        let first = clock.advance(to: 12)
        #expect(first == 33_333_000)
        #expect(clock.advance(to: 12.5) == first + 500_000_000)
        #expect(clock.advance(to: 14.5) == first + 2_500_000_000)
    }

    @Test(
        "a time that does not advance counts as a nominal step, and the next is measured from it",
        arguments: [10, 9.9, -1e9, .nan, .infinity, 1e12] as [Double])
    func brokenTime(time: Double) {
        var clock = TrackerClock(.presentation)
        let before = clock.advance(to: 10)
        let during = clock.advance(to: time)
        #expect(during == before + 33_333_000)
        // Also back from there to sound times.
        #expect(clock.advance(to: time.isFinite ? time + 0.04 : 10.04) > during)
        if time.isFinite && abs(time) < 1e6 {
            var again = TrackerClock(.presentation)
            _ = again.advance(to: 10)
            let repeated = again.advance(to: time)
            #expect(again.advance(to: time + 0.04) - repeated == 40_000_000)
        }
    }
}
