import Domain
import Ingest
import Support
import Testing

/// Entering a clip later gives the very frames that reading from the start gives.
@Suite struct EntryTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private struct Seen: Equatable {
        var time: Double
        /// FNV-1a of all planes.
        var checksum: UInt64

        init(_ frame: VideoFrame) {
            time = frame.time
            checksum = frame.withPixels { view in
                var hash: UInt64 = 0xcbf2_9ce4_8422_2325
                for (index, plane) in view.planes.enumerated() {
                    let (width, height) =
                        index == 0 ? (view.width, view.height) : ((view.width + 1) / 2, (view.height + 1) / 2)
                    for y in 0..<height {
                        for x in 0..<width {
                            hash = (hash ^ UInt64(plane.base[y * plane.stride + x])) &* 0x100_0000_01b3
                        }
                    }
                }
                return hash
            }
        }
    }

    private static let picture = ["-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=12"]
    private static let clips: [(name: String, file: String, options: [String])] = [
        ("H.264 with B-frames", "a.mp4", ["-c:v", "libx264", "-g", "50", "-bf", "3"]),
        ("H.264 with open groups", "b.mp4", ["-c:v", "libx264", "-x264-params", "open-gop=1:keyint=50:bframes=3"]),
        ("H.264 with one key frame", "c.mp4", ["-c:v", "libx264", "-x264-params", "keyint=infinite:scenecut=0"]),
        ("H.264 in Matroska", "d.mkv", ["-c:v", "libx264", "-g", "40"]),
        ("H.264 that starts late", "e.mp4", ["-c:v", "libx264", "-g", "50", "-output_ts_offset", "3.2"]),
        ("uneven times", "f.mp4", ["-vf", "select='not(mod(n,3))+not(mod(n,7))'", "-vsync", "vfr", "-c:v", "libx264"]),
        ("HEVC", "g.mp4", ["-c:v", "libx265", "-x265-params", "keyint=50:log-level=0"]),
        ("VP9", "h.webm", ["-c:v", "libvpx-vp9", "-g", "50", "-b:v", "500k", "-cpu-used", "8"]),
        ("AV1", "i.mp4", ["-c:v", "libsvtav1", "-g", "50", "-preset", "12"]),
    ]

    @Test("A reader that enters later gives the same frames and times", arguments: clips.indices)
    func sameFrames(index: Int) throws {
        let (name, file, options) = Self.clips[index]
        let path = folder.file(file)
        try FFmpegCommand.run(Self.picture + options + ["-pix_fmt", "yuv420p", path])
        let straight = try FrameReader(.path(path), threads: 1)
        var all: [Seen] = []
        while let frame = try straight.next() { all.append(Seen(frame)) }
        #expect(!straight.hasRepairedTimes, "\(name)")
        let start = try #require(straight.start)
        for (time, threads) in [(0.5, 1), (3.99, 1), (4.0, 2), (7.33, 3), (9.9, 1)] {
            let reader = try FrameReader(.path(path), threads: threads)
            try #require(reader.enter(at: time, after: start), "\(name) at \(time)")
            var seen: [Seen] = []
            while let frame = try reader.next() { seen.append(Seen(frame)) }
            #expect(seen == all.filter { $0.time >= time }, "\(name) at \(time)")
            #expect(!reader.hasRepairedTimes)
        }
    }

    @Test(
        "The index tells where decoding can begin, up to the pictures' delay, wherever the clip's clock starts",
        arguments: [0, 4])
    func keyFrames(index: Int) throws {
        let (name, file, options) = Self.clips[index]
        let path = folder.file(file)
        try FFmpegCommand.run(Self.picture + options + ["-pix_fmt", "yuv420p", path])
        let times = try FrameReader(.path(path)).info.keyFrames
        #expect(times.count == 6, "\(name)")
        for (time, expected) in zip(times, stride(from: 0.0, to: 12, by: 2)) {
            #expect(time <= expected + 0.001 && time > expected - 0.2, "\(name)")
        }
    }

    @Test("Readers of one descriptor do not disturb each other")
    func sharedDescriptor() throws {
        let path = folder.file("shared.mp4")
        try FFmpegCommand.run(Self.picture + ["-c:v", "libx264", "-g", "25", "-pix_fmt", "yuv420p", path])
        let file = try OpenFile(path)
        let first = try FrameReader(.descriptor(file.descriptor), threads: 1)
        var expected = [Seen(try #require(try first.next()))]
        let second = try FrameReader(.descriptor(file.descriptor), threads: 1)
        try #require(second.enter(at: 6, after: try #require(first.start)))
        var later: [Seen] = []
        while let frame = try first.next() {
            expected.append(Seen(frame))
            if let other = try second.next() { later.append(Seen(other)) }
        }
        #expect(expected.count == 300)
        #expect(later == expected.filter { $0.time >= 6 })
    }

    @Test("There is no way in where the last key frame lies too far back")
    func sparseKeyFrames() throws {
        let path = folder.file("sparse.mp4")
        try FFmpegCommand.run([
            "-f", "lavfi", "-i", "testsrc2=s=32x32:r=10:d=25", "-c:v", "libx264", "-x264-params",
            "keyint=infinite:scenecut=0", "-pix_fmt", "yuv420p", path,
        ])
        let straight = try FrameReader(.path(path))
        _ = try straight.next()
        let start = try #require(straight.start)
        #expect(try FrameReader(.path(path)).enter(at: 9, after: start))
        #expect(try !FrameReader(.path(path)).enter(at: 20, after: start))
    }
}
