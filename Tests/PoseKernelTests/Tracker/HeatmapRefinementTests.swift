import Domain
import PoseKernel
import Testing

/// Where a landmark goes for hand-made heatmaps: seen in the crop, that is before projection, by undoing the region.
@Suite struct HeatmapRefinementTests {
    /// The place of landmark 0 in 0...1 of the crop, given its regressed place in crop pixels and logits of some cells.
    private func place(
        regressed: (Float, Float), cells: [(row: Int, column: Int, logit: Float)]
    ) throws -> (Float, Float) {
        let networks = ScriptedNetworks()
        networks.showPerson()
        networks.landmarkValues.replaceSubrange(0..<2, with: [regressed.0, regressed.1])
        for cell in cells { networks.heatmap[(cell.row * 64 + cell.column) * 39] = cell.logit }
        let tracker = PoseTracker(networks: networks)
        let frame = TestPicture(width: 256, height: 256, seed: 4).withView { tracker.process($0, time: 0) }
        let region = try #require(frame.region)
        #expect(abs(region.rotation) < 1e-6)
        let landmark = frame.raw[0]
        return (
            (landmark.x - region.centreX) / region.width + 0.5, (landmark.y - region.centreY) / region.height + 0.5
        )
    }

    @Test("a sharp peak in a cell gives that cell's index over 64")
    func peak() throws {
        let found = try place(regressed: (100, 120), cells: [(32, 27, 20)])
        #expect(abs(found.0 - 27.0 / 64) < 1e-5 && abs(found.1 - 32.0 / 64) < 1e-5)
    }

    @Test("two equal peaks give their middle")
    func centreOfMass() throws {
        let found = try place(regressed: (100, 120), cells: [(28, 23, 20), (32, 27, 20)])
        #expect(abs(found.0 - 25.0 / 64) < 1e-5 && abs(found.1 - 30.0 / 64) < 1e-5)
    }

    @Test(
        "the window reaches four cells to each side",
        arguments: [(4, 0, true), (-4, 0, true), (0, 4, true), (0, -4, true), (5, 0, false), (0, -5, false)])
    func reach(right: Int, down: Int, isSeen: Bool) throws {
        // Cell (25, 30) of the crop's 64 x 64.
        let found = try place(regressed: (101, 121), cells: [(30 + down, 25 + right, 20)])
        let expected: (Float, Float) =
            isSeen ? (Float(25 + right) / 64, Float(30 + down) / 64) : (101.0 / 256, 121.0 / 256)
        #expect(abs(found.0 - expected.0) < 1e-5 && abs(found.1 - expected.1) < 1e-5)
    }

    @Test("a peak below one half leaves the regressed place, one at it does not")
    func leastPeak() throws {
        let weak = try place(regressed: (101, 121), cells: [(30, 27, -0.01)])
        #expect(abs(weak.0 - 101.0 / 256) < 1e-5)
        let enough = try place(regressed: (101, 121), cells: [(30, 27, 0)])
        #expect(abs(enough.0 - 27.0 / 64) < 1e-5)
    }

    @Test("just outside the crop counts as its first cell, further out as none")
    func outside() throws {
        let near = try place(regressed: (-3.5, 8), cells: [(2, 0, 20)])
        #expect(abs(near.0) < 1e-5 && abs(near.1 - 2.0 / 64) < 1e-5)
        let far = try place(regressed: (-4.5, 8), cells: [(2, 0, 20)])
        #expect(abs(far.0 + 4.5 / 256) < 1e-5)
        let beyond = try place(regressed: (256, 8), cells: [(2, 63, 20)])
        #expect(abs(beyond.0 - 1) < 1e-5)
    }

    @Test("at the border the window is cut, not moved")
    func corner() throws {
        let found = try place(regressed: (2, 254), cells: [(63, 0, 20), (59, 4, 20), (63, 5, 20)])
        #expect(abs(found.0 - 2.0 / 64) < 1e-5 && abs(found.1 - 61.0 / 64) < 1e-5)
    }
}
