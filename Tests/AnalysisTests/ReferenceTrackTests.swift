import Analysis
import Domain
import Ingest
import PoseKernel
import Posture
import Support
import Testing

/// Whole clips against MediaPipe: frame by frame with its own regions, and running free.
@Suite struct ReferenceTrackTests {
    static let clips = ["squat_side_5", "pushup_side_6", "curl_front_8"]

    @Test("Given MediaPipe's region, crop and network give its landmarks", arguments: clips)
    func teacherForced(clip: String) throws {
        let recorded = try RecordedTrack.load(clip)
        let values = try RecordedTrack.values()
        let network = try Network(
            try PoseModels.load(from: ProjectFiles.models).landmark, outputs: ["Identity", "Identity_1"])
        let (cropper, input) = (Cropper(.landmarks), PixelInput(.landmarks))
        let reader = try FrameReader(.path(ProjectFiles.sampleClip(clip)), mode: .rgb, threads: 2)
        var next = 0
        for entry in recorded.frames {
            var shown: VideoFrame?
            while next <= entry.frame {
                shown = try reader.next()
                next += 1
            }
            let frame = try #require(shown)
            try frame.withPixels { picture in
                let region = entry.regionOfInterest
                let geometry = try #require(
                    CropGeometry(region: region, width: picture.width, height: picture.height))
                cropper.crop(picture, geometry, into: input.pixels)
            }
            input.write(to: network.input)
            network.run()
            let raw = network.output("Identity")
            let worst = raw.indices.map { abs(raw[$0] - values[entry.raw + $0]) }.max() ?? .infinity
            #expect(worst <= 2e-3, "frame \(entry.frame)")
            #expect(abs(network.output("Identity_1")[0] - entry.flag) <= 1e-4, "flag of frame \(entry.frame)")
        }
    }

    @Test("Running free, the track stays within twice MediaPipe's own noise floor", arguments: clips)
    func freeRun(clip: String) throws {
        let recorded = try RecordedTrack.load(clip)
        let values = try RecordedTrack.values()
        let analyzer = ClipAnalyzer(
            models: try PoseModels.load(from: ProjectFiles.models), rules: try RuleSet.bundled())
        let track = try analyzer.analyze(
            .path(ProjectFiles.sampleClip(clip)),
            options: AnalysisOptions(exercise: .squat, threads: 2, reference: true)
        ).track
        let size = SIMD2(Double(track.width), Double(track.height))
        var distances: [Double] = []
        for entry in recorded.frames {
            let own = track.frames[entry.frame].landmarks
            try #require(own.count == BodyLandmark.count, "nobody found in frame \(entry.frame)")
            let theirs = (0..<BodyLandmark.count).map { k in
                let place = entry.landmarks + 3 * k
                return Landmark(x: values[place], y: values[place + 1], z: 0, visibility: values[place + 2])
            }
            let torso = length((middle(theirs, 11, 12) - middle(theirs, 23, 24)) * size)
            for (a, b) in zip(own, theirs) where a.visibility > 0.5 && b.visibility > 0.5 {
                distances.append(100 * length((place(a) - place(b)) * size) / torso)
            }
        }
        distances.sort()
        #expect(distances.count > 300)
        #expect(distances[distances.count / 2] <= 2 * recorded.floorMedian)
        #expect(distances[distances.count * 95 / 100] <= 2 * recorded.floorP95)
    }

    private func place(_ landmark: Landmark) -> SIMD2<Double> { SIMD2(Double(landmark.x), Double(landmark.y)) }

    private func middle(_ landmarks: [Landmark], _ a: Int, _ b: Int) -> SIMD2<Double> {
        (place(landmarks[a]) + place(landmarks[b])) / 2
    }

    private func length(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum().squareRoot() }
}
