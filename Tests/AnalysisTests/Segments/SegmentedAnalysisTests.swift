import Analysis
import Domain
import Ingest
import PoseKernel
import Posture
import Support
import Testing

/// Whole clips in segments: the same bytes with any number of threads, and the same findings as in one piece.
@Suite(.serialized) struct SegmentedAnalysisTests {
    private let folder: TemporaryFolder
    private let analyzer: ClipAnalyzer

    init() throws {
        folder = try TemporaryFolder()
        analyzer = ClipAnalyzer(models: try PoseModels.load(from: ProjectFiles.models), rules: try RuleSet.bundled())
    }

    private func analyze(
        _ path: String, _ exercise: ExerciseID = .squat, threads: Int = 2, inOnePiece: Bool = false,
        scratchFolder: String? = nil
    ) throws -> AnalysisResult {
        try analyzer.analyze(
            .path(path),
            options: AnalysisOptions(
                exercise: exercise, threads: threads, inOnePiece: inOnePiece, scratchFolder: scratchFolder))
    }

    private static let clips: [(clip: String, exercise: ExerciseID)] = [
        ("squat_side_5", .squat), ("squat_side_lean_5", .squat), ("curl_front_8", .bicepsCurl),
    ]

    @Test("Joined tracks are within the gates of the uncut one", arguments: clips.indices)
    func gates(index: Int) throws {
        let (clip, exercise) = Self.clips[index]
        let cut = try analyze(ProjectFiles.sampleClip(clip), exercise)
        let whole = try analyze(ProjectFiles.sampleClip(clip), exercise, inOnePiece: true)
        try #require(cut.track != whole.track, "the clip was not cut")
        #expect(cut.track.frames.map(\.time) == whole.track.frames.map(\.time))
        let agreeing = zip(cut.track.frames, whole.track.frames).filter { $0.detected == $1.detected }.count
        #expect(Double(agreeing) >= 0.999 * Double(whole.track.frames.count))
        #expect(cut.report.reps.count == whole.report.reps.count)
        #expect(cut.report.findings.map(\.rule) == whole.report.findings.map(\.rule))
        let join = whole.track.frames.indices.filter { cut.track.frames[$0] != whole.track.frames[$0] }
        let differences = join.flatMap { JointAngles.differences(cut.track, whole.track, frame: $0) }.sorted()
        // From the join on, not over the whole clip, of which the first part is the very same.
        #expect(differences[differences.count / 2] <= 0.5)
    }

    @Test("One, two and four threads give the same bytes")
    func threads() throws {
        let path = ProjectFiles.sampleClip("squat_side_5")
        let results = try [1, 2, 4].map { try analyze(path, threads: $0) }
        for result in results.dropFirst() {
            #expect(ReportEncoding.json(result.report) == ReportEncoding.json(results[0].report))
            #expect(lines(result.track) == lines(results[0].track))
        }
    }

    @Test("A file for the poses changes no byte, nor does a folder where none can be made")
    func scratchFile() throws {
        let path = ProjectFiles.sampleClip("squat_side_5")
        let results = try [nil, folder.path, folder.file("nowhere")].map { try analyze(path, scratchFolder: $0) }
        for result in results.dropFirst() {
            #expect(ReportEncoding.json(result.report) == ReportEncoding.json(results[0].report))
            #expect(lines(result.track) == lines(results[0].track))
        }
    }

    @Test("A damaged clip, too, gives the same bytes with any number of threads")
    func damaged() throws {
        let whole = folder.file("whole.mkv")
        try FFmpegCommand.run(["-i", ProjectFiles.sampleClip("squat_side_5"), "-c", "copy", whole])
        var bytes = try ProjectFiles.bytes(whole)
        for place in stride(from: 60_000, to: bytes.count, by: 9_973) { bytes[place] ^= 0x5A }
        let path = try folder.write(bytes, "damaged.mkv")
        let results = try [1, 2, 4].map { try analyze(path, threads: $0) }
        #expect(results[0].track.frames.count > 100)
        for result in results.dropFirst() { #expect(result.track == results[0].track) }
    }

    @Test("A clip with one key frame only is done in one piece")
    func sparseKeyFrames() throws {
        let path = folder.file("sparse.mp4")
        try FFmpegCommand.run([
            "-stream_loop", "1", "-i", ProjectFiles.sampleClip("squat_side_5"), "-t", "26", "-vf", "scale=216:288",
            "-r", "8",
            "-c:v", "libx264", "-preset", "ultrafast", "-x264-params", "keyint=infinite:scenecut=0", path,
        ])
        #expect(try analyze(path).track == analyze(path, inOnePiece: true).track)
    }

    @Test("Who is followed stays followed, though a fresh detection would choose somebody else")
    func secondPerson() throws {
        let path = folder.file("two.mp4")
        // The one on the right comes into the picture after 3 s and stands nearer.
        try FFmpegCommand.run([
            "-i", ProjectFiles.sampleClip("curl_front_8"), "-i", ProjectFiles.sampleClip("squat_side_5"),
            "-filter_complex",
            "[0]scale=270:360,pad=270:480:0:120:gray[a];[1]scale=360:480[b];"
                + "[b]drawbox=c=gray:t=fill:enable='lt(t,3)'[c];[a][c]hstack",
            "-t", "15.05", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path,
        ])
        let cut = try analyze(path, .bicepsCurl).track
        let whole = try analyze(path, .bicepsCurl, inOnePiece: true).track
        let fresh = try analyze(late(path), .bicepsCurl, inOnePiece: true).track
        let (last, freshLast) = (try #require(whole.frames.last?.region), try #require(fresh.frames.last?.region))
        try #require(abs(last.centreX - freshLast.centreX) > 0.2, "a fresh detection chooses the same person")
        for (a, b) in zip(cut.frames, whole.frames) {
            let (a, b) = (try #require(a.region), try #require(b.region))
            #expect(abs(a.centreX - b.centreX) < 0.05)
        }
    }

    /// The same clip from its sixth second on.
    private func late(_ path: String) throws -> String {
        let late = folder.file("late.mp4")
        try FFmpegCommand.run(["-ss", "6", "-i", path, "-c:v", "libx264", "-preset", "ultrafast", late])
        return late
    }

    private func lines(_ track: PoseTrack) -> [UInt8] {
        var bytes: [UInt8] = []
        TrackEncoding.pieces(track) { bytes += $0 }
        return bytes
    }
}
