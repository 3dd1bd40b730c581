import Domain
import Foundation
import Ingest
import Support
import Testing

/// Files that are made to harm, to mislead, or that broke on the way.
@Suite struct HostileClipTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Reads all of it; the number of frames, or why not.
    private func outcome(_ path: String, limits: MediaLimits = .default) -> Result<Int, MediaError> {
        do throws(MediaError) {
            let reader = try FrameReader(.path(path), limits: limits, threads: 2)
            var count = 0
            while try reader.next() != nil { count += 1 }
            return .success(count)
        } catch {
            return .failure(error)
        }
    }

    private func code(_ path: String, limits: MediaLimits = .default) -> MediaError.Code? {
        if case .failure(let error) = outcome(path, limits: limits) { return error.code }
        return nil
    }

    private func makeClip(_ name: String, _ options: [String] = [], source: String = "testsrc=s=64x48:r=10:d=1") throws
        -> String
    {
        let path = folder.file(name)
        try FFmpegCommand.run(
            ["-f", "lavfi", "-i", source, "-c:v", "libx264", "-pix_fmt", "yuv420p"] + options + [path])
        return path
    }

    private static let scripts: [(name: String, text: @Sendable (String) -> String)] = [
        ("ffconcat", { "ffconcat version 1.0\nfile '\($0)'\n" }),
        ("m3u8", { "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\($0)\n#EXT-X-ENDLIST\n" }),
        ("sdp", { _ in "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n" }),
        (
            "mpd",
            {
                "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"><Period>"
                    + "<BaseURL>\($0)</BaseURL></Period></MPD>"
            }
        ),
        ("svg", { "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"\($0)\"/></svg>" }),
    ]

    @Test("A playlist or script that calls itself a video opens no file and no connection", arguments: scripts.indices)
    func scriptsAreRefused(index: Int) throws {
        let listener = try CanaryListener()
        let neighbour = try makeClip("neighbour.mp4")
        let (name, text) = Self.scripts[index]
        for target in [neighbour, "http://127.0.0.1:\(listener.port)/clip.ts", "tcp://127.0.0.1:\(listener.port)"] {
            let path = try folder.write(Array(text(target).utf8), "\(name).mp4")
            #expect(code(path) == .notAVideo)
        }
        #expect(!listener.wasCalled)
    }

    @Test("A film that refers to another file for its samples does not open it")
    func dataReference() throws {
        let path = try makeClip("self.mp4")
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        // 'url ' with flag 1 (own file) becomes an 'alis'-like reference to elsewhere: flag 0.
        let mark = try #require(bytes.firstRange(of: Array("url ".utf8)))
        bytes[mark.upperBound + 3] = 0
        let result = outcome(try folder.write(bytes, "dref.mp4"))
        if case .success(let count) = result { #expect(count <= 10) }
    }

    @Test("Sound, subtitles or a cover picture alone are no video")
    func noVideo() throws {
        let sound = folder.file("sound.mp4")
        try FFmpegCommand.run(["-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", sound])
        #expect(code(sound) == .noVideoStream)

        let text = try folder.write(Array("1\n00:00:00,000 --> 00:00:01,000\nhello\n".utf8), "t.srt")
        let subtitles = folder.file("subtitles.mp4")
        try FFmpegCommand.run(["-i", text, "-c:s", "mov_text", subtitles])
        #expect(code(subtitles) == .noVideoStream)

        let picture = folder.file("cover.png")
        try FFmpegCommand.run(["-f", "lavfi", "-i", "testsrc=s=64x64:d=0.1", "-frames:v", "1", picture])
        let cover = folder.file("cover.mp4")
        try FFmpegCommand.run([
            "-i", sound, "-i", picture, "-map", "0", "-map", "1", "-c:a", "copy", "-c:v", "png", "-disposition:v:0",
            "attached_pic", cover,
        ])
        #expect(code(cover) == .noVideoStream)
    }

    @Test("More streams than anyone needs are refused")
    func manyStreams() throws {
        let path = folder.file("many.mkv")
        let maps = (0..<40).flatMap { _ in ["-map", "0:a"] }
        try FFmpegCommand.run(["-f", "lavfi", "-i", "sine=d=0.2", "-c:a", "pcm_s16le"] + maps + [path])
        #expect(code(path) != nil)
    }

    @Test("An enormous picture is refused before a frame of it is allocated")
    func enormousPicture() throws {
        var limits = MediaLimits.default
        limits.maximumPixels = 64 * 48 - 1
        #expect(code(try makeClip("plain.mp4"), limits: limits) == .tooManyPixels)

        // The container may lie: its header says 65535 x 65535 and the stream says 64 x 48.
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.file("plain.mp4"))))
        let box = try #require(bytes.firstRange(of: Array("avc1".utf8)))
        for offset in 28..<32 { bytes[box.lowerBound - 4 + 4 + offset] = 0xFF }
        let before = Self.peakMemory()
        let lying = outcome(try folder.write(bytes, "lying.mp4"))
        #expect(Self.peakMemory() - before < 1 << 30)
        switch lying {
        case .success(let count): #expect(count == 10)
        case .failure(let error): #expect([.tooManyPixels, .noFrames, .truncated].contains(error.code))
        }
    }

    @Test("A picture that grows beyond the limit in mid-stream is refused")
    func growingPicture() throws {
        let (small, large, both) = (folder.file("s.ts"), folder.file("l.ts"), folder.file("both.mkv"))
        let coded = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bsf:v", "h264_mp4toannexb"]
        try FFmpegCommand.run(["-f", "lavfi", "-i", "testsrc=s=64x64:r=10:d=1"] + coded + [small])
        try FFmpegCommand.run(["-f", "lavfi", "-i", "testsrc=s=640x480:r=10:d=1"] + coded + [large])
        try FFmpegCommand.run(["-i", "concat:\(small)|\(large)", "-c", "copy", both])
        var limits = MediaLimits.default
        limits.maximumPixels = 200 * 200
        switch outcome(both, limits: limits) {
        // The decoder itself refuses such frames; what came before still counts.
        case .success(let count): #expect(count <= 10)
        case .failure(let error): #expect(error.code == .tooManyPixels)
        }
    }

    /// The value of a big-endian field of a box, replaced.
    private func patch(_ source: String, box: String, offset: Int, with value: [UInt8], as name: String) throws
        -> String
    {
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: source)))
        let mark = try #require(bytes.firstRange(of: Array(box.utf8)))
        for (index, byte) in value.enumerated() { bytes[mark.upperBound + offset + index] = byte }
        return try folder.write(bytes, name)
    }

    @Test("Claims of a billion frames, no time scale or an endless duration change nothing but the claim")
    func lyingTables() throws {
        let clip = try makeClip("honest.mp4")
        let lies: [(box: String, offset: Int, value: [UInt8])] = [
            ("stts", 8, [0x3B, 0x9A, 0xCA, 0x00]),  // sample count 10^9
            ("stts", 12, [0, 0, 0, 0]),  // no time between samples
            ("stts", 12, [0x7F, 0xFF, 0xFF, 0xFF]),  // 2^31 between samples
            ("mdhd", 12, [0, 0, 0, 0]),  // time scale 0
            ("mdhd", 16, [0xFF, 0xFF, 0xFF, 0xFF]),  // duration 2^32
            ("mvhd", 16, [0xFF, 0xFF, 0xFF, 0xFF]),
            ("stsz", 8, [0x3B, 0x9A, 0xCA, 0x00]),  // sample count 10^9
            ("stco", 4, [0x3B, 0x9A, 0xCA, 0x00]),  // chunk count 10^9
            ("stsc", 4, [0x3B, 0x9A, 0xCA, 0x00]),
        ]
        for (index, lie) in lies.enumerated() {
            let path = try patch(clip, box: lie.box, offset: lie.offset, with: lie.value, as: "lie\(index).mp4")
            let before = Self.peakMemory()
            switch outcome(path) {
            case .success(let count): #expect((1...10).contains(count), "\(lie.box) \(lie.offset): \(count)")
            case .failure(let error):
                #expect(
                    [.truncated, .noFrames, .tooLong, .tooManyFrames, .notAVideo].contains(error.code),
                    "\(lie.box) \(lie.offset): \(error)")
            }
            #expect(Self.peakMemory() - before < 1 << 30)
        }
    }

    @Test("A turn that is no quarter turn is refused by name")
    func garbageRotation() throws {
        let clip = try makeClip("upright.mp4")
        // tkhd version 0: the matrix begins 40 bytes after the version.
        let crooked = try patch(
            clip, box: "tkhd", offset: 40,
            with: [0, 0, 0xB5, 0x04, 0, 0, 0xB5, 0x04, 0, 0, 0, 0, 0xFF, 0xFF, 0x4A, 0xFC, 0, 0, 0xB5, 0x04],
            as: "crooked.mp4")
        #expect(code(crooked) == .badRotation)
        let nothing = try patch(
            clip, box: "tkhd", offset: 40, with: [UInt8](repeating: 0, count: 36), as: "nothing.mp4")
        #expect(code(nothing) == .badRotation)
    }

    @Test("Length, frame rate and size have limits")
    func limits() throws {
        let clip = try makeClip("fast.mp4", source: "testsrc=s=64x48:r=100:d=3")
        var slow = MediaLimits.default
        slow.maximumFramesPerSecond = 60
        #expect(code(clip, limits: slow) == .tooManyFrames)
        var short = MediaLimits.default
        short.maximumSeconds = 2
        #expect(code(clip, limits: short) == .tooLong)
        var small = MediaLimits.default
        small.maximumBytes = 1000
        #expect(code(clip, limits: small) == .tooLarge)
    }

    @Test("No file, a folder, a device: each says so")
    func notFiles() throws {
        #expect(code(folder.file("missing.mp4")) == .readFailed)
        #expect(code(folder.path) == .readFailed)
        #expect(code("/dev/zero") == .readFailed)
        #expect(code(try folder.write([], "nothing.mp4")) == .emptyFile)
    }

    @Test("A clip that was cut off anywhere gives its frames or a reason", arguments: ["mp4", "mkv"])
    func truncation(container: String) throws {
        let options = container == "mp4" ? ["-movflags", "+faststart"] : []
        let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: makeClip("whole.\(container)", options))))
        var best = 0
        for step in 0..<120 {
            let path = try folder.write(Array(whole.prefix(whole.count * step / 120)), "cut.\(container)")
            if case .success(let count) = outcome(path) {
                #expect((1...10).contains(count))
                best = max(best, count)
            }
        }
        #expect(best >= 8)
    }

    @Test("Flipped bytes never crash or hang the reader", arguments: ["mp4", "mkv", "webm"])
    func mutation(container: String) throws {
        let path = folder.file("seed.\(container)")
        let coded = container == "webm" ? ["-c:v", "libvpx-vp9", "-b:v", "200k"] : ["-c:v", "libx264"]
        try FFmpegCommand.run(["-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1"] + coded + [path])
        let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        var random = SplitMix64(seed: 20_261_124)
        var outcomes: [String: Int] = [:]
        for _ in 0..<150 {
            var bytes = whole
            for _ in 0..<max(1, bytes.count / 400) {
                // Headers are where parsers break: half of the flips go into the first kilobyte.
                let range = random.next() % 2 == 0 ? min(1024, bytes.count) : bytes.count
                bytes[Int(random.next() % UInt64(range))] ^= UInt8(truncatingIfNeeded: 1 << (random.next() % 8))
            }
            switch outcome(try folder.write(bytes, "mutant.\(container)")) {
            case .success(let count):
                #expect(count >= 1)
                outcomes["frames", default: 0] += 1
            case .failure(let error): outcomes[error.code.rawValue, default: 0] += 1
            }
        }
        #expect(outcomes.values.reduce(0, +) == 150)
        #expect(outcomes.count > 1, "some are refused, some still play: \(outcomes)")
    }

    /// Bytes; the process's high-water mark.
    private static func peakMemory() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
    }
}
