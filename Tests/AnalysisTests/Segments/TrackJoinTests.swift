import Analysis
import Domain
import Testing

@Suite struct TrackJoinTests {
    private let join = TrackJoin(width: 400, height: 800)

    /// Ten frames a second; a person whose landmarks lie `offset` pixels to the right of where they belong.
    private func track(_ times: ClosedRange<Int>, offset: (Int) -> Float?) -> [PoseFrame] {
        times.map { tick in
            let time = Double(tick) / 10
            guard let offset = offset(tick) else { return .lost(time: time) }
            let landmarks = (0..<BodyLandmark.count).map { index in
                Landmark(
                    x: 0.5 + offset / 400, y: 0.2 + Float(index) / 100, z: 0, visibility: index < 20 ? 1 : 0)
            }
            // 200 pixels wide.
            let region = RegionOfInterest(centreX: 0.5, centreY: 0.5, width: 0.5, height: 0.25, rotation: 0)
            return PoseFrame(
                time: time, detected: true, flag: 1, region: region, landmarks: landmarks, world: [], raw: landmarks)
        }
    }

    @Test("The later track takes over where both are nearest")
    func nearest() {
        let (before, after) = (track(0...39) { _ in 0 }, track(25...60) { $0 == 37 ? 1 : 3 })
        #expect(join.place(before, after, within: 3.5..<4) == .at(3.7))
    }

    @Test("Of equally near frames it is the last")
    func tie() {
        let (before, after) = (track(0...39) { _ in 0 }, track(25...60) { _ in 2 })
        #expect(join.place(before, after, within: 3.5..<4) == .at(3.9))
    }

    @Test("Tracks of different people do not meet")
    func differentPeople() {
        let (before, after) = (track(0...39) { _ in 0 }, track(25...60) { _ in 90 })
        #expect(join.place(before, after, within: 3.5..<4) == .nowhere)
    }

    @Test("One that sees somebody and one that does not do not meet; where both see nobody they do")
    func lost() {
        let before = track(0...39) { _ in nil }
        #expect(join.place(before, track(25...60) { _ in 0 }, within: 3.5..<4) == .nowhere)
        #expect(join.place(before, track(25...60) { $0 == 36 ? nil : 0 }, within: 3.5..<4) == .at(3.6))
    }

    @Test("Tracks without the same frames cannot be joined")
    func differentFrames() {
        let before = track(0...39) { _ in 0 }
        #expect(join.place(before, track(37...60) { _ in 0 }, within: 3.5..<4) == .differentFrames)
        #expect(join.place(before, [], within: 3.5..<4) == .differentFrames)
        #expect(join.place(track(0...20) { _ in 0 }, track(25...60) { _ in 0 }, within: 3.5..<4) == .differentFrames)
    }

    @Test("The distance is in parts of the region and leaves out what nobody sees")
    func distance() {
        let a = track(0...0) { _ in 0 }[0]
        var b = track(0...0) { _ in 4 }[0]
        for index in 20..<BodyLandmark.count { b.raw[index].x += 1 }
        #expect(abs(join.distance(a, b) - 4.0 / 200) < 1e-6)
    }
}
