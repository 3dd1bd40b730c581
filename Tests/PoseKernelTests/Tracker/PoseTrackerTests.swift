import Domain
import PoseKernel
import Testing

/// What the tracker does when the picture, the region or the networks misbehave.
@Suite struct PoseTrackerTests {
    @Test("detection runs only when nobody is followed")
    func detectionOnlyAfterLoss() {
        let networks = ScriptedNetworks()
        let tracker = PoseTracker(networks: networks)
        let picture = TestPicture(width: 320, height: 240, seed: 9)
        var frames: [PoseFrame] = []
        for index in 0..<8 {
            if index == 1 { networks.showPerson() }
            networks.flag = [5, 6].contains(index) ? 0.5 : 0.99
            frames.append(picture.withView { tracker.process($0, time: Double(index) / 25) })
        }
        // Nobody; found; followed; the flag fails at exactly the threshold; detected again, fails; detected again.
        #expect(frames.map(\.detected) == [false, true, true, true, true, false, false, true])
        #expect(frames.map { $0.region != nil } == [false, true, true, true, true, true, true, true])
        #expect(frames.map(\.flag) == [0, 0.99, 0.99, 0.99, 0.99, 0.5, 0.5, 0.99])
        #expect(networks.detections == 4 && networks.crops == 7)
        #expect(frames.map(\.time) == (0..<8).map { Double($0) / 25 })
    }

    @Test("pictures of any size are taken", arguments: [(1, 1), (2, 1), (1, 3), (3, 2), (641, 479), (17, 900)])
    func anySize(width: Int, height: Int) throws {
        let networks = ScriptedNetworks()
        networks.showPerson()
        let tracker = PoseTracker(networks: networks)
        let picture = TestPicture(width: width, height: height, seed: 2)
        let planar = PlanarPicture(picture, coding: PixelView.YUVCoding(matrix: .bt709, fullRange: false))
        for index in 0..<6 {
            let frame =
                index < 3
                ? picture.withView { tracker.process($0, time: Double(index)) }
                : planar.withView { tracker.process($0, time: Double(index)) }
            #expect(frame.detected && frame.landmarks.count == 33 && frame.raw.count == 33 && frame.world.count == 33)
            let numbers = frame.landmarks.flatMap { [$0.x, $0.y, $0.z, $0.visibility] }
            #expect(numbers.allSatisfy { $0.isFinite })
        }
    }

    @Test("a picture without pixels is a lost frame")
    func emptyPicture() {
        let networks = ScriptedNetworks()
        networks.showPerson()
        let tracker = PoseTracker(networks: networks)
        let byte: [UInt8] = [0]
        let frame = byte.withUnsafeBufferPointer {
            tracker.process(
                PixelView(
                    format: .rgb24, width: 0, height: 5,
                    planes: [PixelView.Plane(base: $0.baseAddress!, stride: 0)]), time: 3)
        }
        #expect(frame == .lost(time: 3))
        #expect(networks.detections == 0)
    }

    @Test("a region without area is a lost frame, and the next frame detects again")
    func zeroRegion() {
        let networks = ScriptedNetworks()
        networks.showPerson()
        // Both auxiliary landmarks in one place: the next region has no size.
        networks.landmarkValues.replaceSubrange(165..<175, with: [128, 140, 0, 4, 4, 128, 140, 0, 4, 4] as [Float])
        let tracker = PoseTracker(networks: networks)
        let picture = TestPicture(width: 320, height: 240, seed: 9)
        let frames = (0..<3).map { index in picture.withView { tracker.process($0, time: Double(index)) } }
        #expect(frames.map(\.detected) == [true, false, true])
        #expect(frames[1].region?.width == 0 && frames[1].region?.height == 0)
        #expect(networks.detections == 2 && networks.crops == 2)
    }

    @Test(
        "numbers that are none lose the frame but not the clip",
        arguments: ["flag", "landmark", "auxiliary", "world", "heatmap", "visibility"])
    func notANumber(place: String) {
        let networks = ScriptedNetworks()
        networks.showPerson()
        let tracker = PoseTracker(networks: networks)
        let picture = TestPicture(width: 320, height: 240, seed: 9)
        let sound = (networks.landmarkValues, networks.world, networks.heatmap)
        func process(_ index: Int) -> PoseFrame { picture.withView { tracker.process($0, time: Double(index) / 30) } }

        #expect(process(0).detected)
        switch place {
        case "flag": networks.flag = .nan
        case "landmark": networks.landmarkValues[0] = .nan
        case "auxiliary": networks.landmarkValues[165] = .infinity
        case "world": networks.world[4] = .nan
        case "visibility": networks.landmarkValues[8] = .nan
        default: for index in networks.heatmap.indices { networks.heatmap[index] = .nan }
        }
        let broken = process(1)
        // A heatmap without sense leaves the regressed places.
        #expect(broken.detected == (place == "heatmap"))

        (networks.landmarkValues, networks.world, networks.heatmap) = sound
        networks.flag = 0.99
        let after = process(2)
        #expect(after.detected)
        #expect(after.landmarks.allSatisfy { $0.x.isFinite && $0.visibility.isFinite })
        #expect(after.world.allSatisfy { $0.x.isFinite })
    }

    @Test("detector outputs that are no numbers find nobody", arguments: [true, false])
    func brokenDetector(inScores: Bool) {
        let networks = ScriptedNetworks()
        networks.showPerson()
        if inScores {
            networks.scores = networks.scores.map { _ in .nan }
        } else {
            networks.boxes = networks.boxes.map { _ in .nan }
        }
        let picture = TestPicture(width: 64, height: 48, seed: 9)
        let tracker = PoseTracker(networks: networks)
        #expect(picture.withView { tracker.process($0, time: 0) } == .lost(time: 0))
        #expect(tracker.detection == nil)
    }

    @Test(
        "thresholds are the options'",
        arguments: [(0.96 as Float, 0.5, false), (0.9, 0.5, true), (0.9, 0.995, false)])
    func thresholds(detection: Float, tracking: Double, found: Bool) {
        let networks = ScriptedNetworks()
        networks.showPerson()
        let tracker = PoseTracker(
            networks: networks,
            options: TrackerOptions(minDetectionConfidence: detection, minTrackingConfidence: tracking))
        let picture = TestPicture(width: 64, height: 48, seed: 9)
        #expect(picture.withView { tracker.process($0, time: 0) }.detected == found)
    }

    @Test("the same clip gives the same track, whatever its offset in time")
    func deterministic() {
        func track(offset: Double) -> [PoseFrame] {
            let networks = ScriptedNetworks()
            networks.showPerson()
            let tracker = PoseTracker(networks: networks)
            let picture = TestPicture(width: 320, height: 240, seed: 9)
            return (0..<10).map { index in
                networks.landmarkValues[1] += 3
                var frame = picture.withView { tracker.process($0, time: offset + Double(index) / 32) }
                frame.time = 0
                return frame
            }
        }
        #expect(track(offset: 0) == track(offset: 0))
        #expect(track(offset: 0) == track(offset: 4096))
    }
}
