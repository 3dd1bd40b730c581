import Domain
import PoseKernel
import Testing

/// Which detection comes out of hand-made detector outputs, on a square picture, so that nothing is letterboxed.
@Suite struct DetectionTests {
    /// The first anchor of a cell of the coarsest grid, 7 x 7.
    private func anchor(row: Int, column: Int) -> Int { 1568 + 392 + (row * 7 + column) * 6 }

    private func centre(_ cell: Int) -> Float { (Float(cell) + 0.5) / 7 }

    private struct Candidate {
        var anchor: Int
        var score: Float
        var box: [Float]

        init(_ anchor: Int, _ score: Float, _ box: [Float]) {
            (self.anchor, self.score, self.box) = (anchor, score, box)
        }
    }

    private func detect(_ rows: Candidate..., threshold: Float = 0.5) -> Detection? {
        let networks = ScriptedNetworks()
        for row in rows {
            networks.scores[row.anchor] = row.score
            networks.boxes.replaceSubrange(row.anchor * 12..<row.anchor * 12 + 12, with: row.box)
        }
        let tracker = PoseTracker(networks: networks, options: TrackerOptions(minDetectionConfidence: threshold))
        let picture = TestPicture(width: 224, height: 224, seed: 1)
        _ = picture.withView { tracker.process($0, time: 0) }
        return tracker.detection
    }

    private func box(_ x: Float, _ y: Float, size: Float = 56) -> [Float] {
        [x, y, size, size, x, y + 20, x, y - 60, x, y, x, y]
    }

    @Test("one candidate is decoded relative to its anchor")
    func single() throws {
        let found = try #require(detect(Candidate(anchor(row: 3, column: 2), 2, box(11.2, -22.4))))
        #expect(abs(found.score - 0.880797) < 1e-6)
        #expect(abs(found.origin.x - (centre(2) + 0.05 - 0.125)) < 1e-6)
        #expect(abs(found.origin.y - (centre(3) - 0.1 - 0.125)) < 1e-6)
        #expect(abs(found.size.x - 0.25) < 1e-6 && abs(found.size.y - 0.25) < 1e-6)
        #expect(abs(found.hips.x - (centre(2) + 0.05)) < 1e-6)
        #expect(abs(found.scalePoint.y - (centre(3) - 82.4 / 224)) < 1e-6)
    }

    @Test("overlapping candidates are averaged by score, distant ones ignored")
    func weighted() throws {
        let place = anchor(row: 3, column: 3)
        let found = try #require(
            detect(
                Candidate(place, 3, box(0, 0)), Candidate(place + 1, 1, box(8, 0)),
                Candidate(anchor(row: 0, column: 0), 2, box(0, 0))))
        let (a, b) = (1 / (1 + Float(-3).exponential), 1 / (1 + Float(-1).exponential))
        #expect(abs(found.score - a) < 1e-6)
        #expect(abs(found.hips.x - (0.5 + b * 8 / 224 / (a + b))) < 1e-6)
        #expect(abs(found.size.x - 0.25) < 1e-6)
    }

    @Test("overlap must exceed the threshold")
    func overlapThreshold() throws {
        let place = anchor(row: 3, column: 3)
        // Shifted by s of a side the overlap is (1 - s) / (1 + s): 0.3 at s = 7/13, that is 30.15 pixels.
        let top = Candidate(place, 3, box(0, 0))
        let near = try #require(detect(top, Candidate(place + 1, 2.9, box(30, 0))))
        let far = try #require(detect(top, Candidate(place + 1, 2.9, box(30.3, 0))))
        #expect(near.hips.x > 0.55 && abs(far.hips.x - 0.5) < 1e-6)
    }

    @Test("a best box without area is taken as it is")
    func noArea() throws {
        let place = anchor(row: 3, column: 3)
        let found = try #require(detect(Candidate(place, 3, box(4, 0, size: 0)), Candidate(place + 1, 2, box(9, 0))))
        #expect(abs(found.hips.x - (0.5 + 4.0 / 224)) < 1e-6)
    }

    @Test("negative extents and scores below the threshold do not count")
    func dropped() {
        let place = anchor(row: 3, column: 3)
        #expect(detect(Candidate(place, 3, box(0, 0, size: -1))) == nil)
        #expect(detect(Candidate(place, -0.01, box(0, 0))) == nil)
        // A logit of 0 is a score of exactly one half, which counts.
        #expect(detect(Candidate(place, 0, box(0, 0)))?.score == 0.5)
    }

    @Test("of equal scores the first anchor wins")
    func equalScores() throws {
        let (first, second) = (anchor(row: 1, column: 1), anchor(row: 5, column: 5))
        let found = try #require(detect(Candidate(second, 2, box(0, 0)), Candidate(first, 2, box(0, 0))))
        #expect(abs(found.hips.x - centre(1)) < 1e-6)
    }

    @Test("a wide picture's letterbox is taken out")
    func letterbox() throws {
        let networks = ScriptedNetworks()
        let place = anchor(row: 3, column: 3)
        networks.scores[place] = 2
        networks.boxes.replaceSubrange(place * 12..<place * 12 + 12, with: box(0, -28))
        let tracker = PoseTracker(networks: networks)
        let picture = TestPicture(width: 400, height: 200, seed: 1)
        _ = picture.withView { tracker.process($0, time: 0) }
        let found = try #require(tracker.detection)
        // The picture fills the middle half of the square.
        #expect(abs(found.origin.y - ((0.5 - 0.125 - 0.125 - 0.25) * 2)) < 1e-6)
        #expect(abs(found.size.y - 0.5) < 1e-6 && abs(found.size.x - 0.25) < 1e-6)
    }
}

extension Float {
    /// e to this power, good to single precision.
    fileprivate var exponential: Float {
        var (sum, term) = (1.0, 1.0)
        for k in 1..<40 {
            term *= Double(self) / Double(k)
            sum += term
        }
        return Float(sum)
    }
}
