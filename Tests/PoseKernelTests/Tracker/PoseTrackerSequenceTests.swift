import Domain
import PoseKernel
import Testing

/// Whole sequences, teacher-forced: the networks' recorded outputs go in, and every crop, region, detection and landmark
/// that comes out equals MediaPipe's bit for bit, over losses and re-acquisitions.
@Suite struct PoseTrackerSequenceTests {
    @Test("a recorded sequence is reproduced bit for bit", arguments: ["portrait", "odd", "edge"])
    func sequence(name: String) throws {
        let frames = try GoldenFolder.json("sequence-\(name).json", as: [RecordedFrame].self)
        let values = try GoldenFolder.floats("sequence-\(name).f32")
        let sprites = try GoldenFolder.bytes("tracker-sprites.rgb")
        let networks = RecordedNetworks(values: values)
        let tracker = PoseTracker(networks: networks, options: .reference)

        var (found, lost) = (0, 0)
        for (index, recorded) in frames.enumerated() {
            let picture = recorded.picture(sprites: sprites)
            #expect(picture.pixels.reduce(0) { $0 + Int($1) } == recorded.rgbSum, "picture of frame \(index)")
            networks.frame = recorded
            networks.forgetCrops()
            let frame = picture.withView { tracker.process($0, time: Double(index) / 30) }

            #expect(networks.detectorCrop == recorded.detector?.crop, "detector crop, frame \(index)")
            #expect(networks.landmarkCrop == recorded.landmark?.crop, "landmark crop, frame \(index)")
            #expect(tracker.detection.map(flat) == recorded.detection, "detection, frame \(index)")
            #expect(frame.region.map(flat) == recorded.roi, "region, frame \(index)")
            #expect(frame.flag == recorded.landmark?.flag ?? 0, "flag, frame \(index)")
            #expect(frame.detected == (recorded.landmarks != nil), "person or nobody, frame \(index)")
            #expect(tracker.nextRegion.map(flat) == recorded.nextROI, "next region, frame \(index)")
            expectLandmarks(frame, recorded, values, index)
            if frame.detected { found += 1 } else { lost += 1 }
        }
        #expect(found >= 9 && lost >= 1, "the sequence has frames with and without a person")
    }

    private func expectLandmarks(_ frame: PoseFrame, _ recorded: RecordedFrame, _ values: [Float], _ index: Int) {
        guard let place = recorded.landmarks, let worldPlace = recorded.worldLandmarks else {
            #expect(frame.landmarks.isEmpty && frame.world.isEmpty && frame.raw.isEmpty, "frame \(index)")
            return
        }
        #expect(frame.landmarks.count == 33 && frame.world.count == 33 && frame.raw.count == 33)
        for (k, landmark) in frame.landmarks.enumerated() {
            let expected = Array(values[place + 4 * k..<place + 4 * k + 4])
            #expect(
                [landmark.x, landmark.y, landmark.z, landmark.visibility] == expected,
                "landmark \(k), frame \(index)")
        }
        for (k, landmark) in frame.world.enumerated() {
            let expected = Array(values[worldPlace + 4 * k..<worldPlace + 4 * k + 4])
            // The reference smooths visibility twice, with the same result.
            #expect(
                [landmark.x, landmark.y, landmark.z, frame.landmarks[k].visibility] == expected,
                "world landmark \(k), frame \(index)")
        }
    }

    private func flat(_ region: RegionOfInterest) -> [Float] {
        [region.centreX, region.centreY, region.width, region.height, region.rotation]
    }

    private func flat(_ detection: Detection) -> [Float] {
        [detection.score, detection.origin.x, detection.origin.y, detection.size.x, detection.size.y]
            + [detection.hips, detection.scalePoint, detection.shoulders, detection.upperScalePoint].flatMap {
                [$0.x, $0.y]
            }
    }
}
