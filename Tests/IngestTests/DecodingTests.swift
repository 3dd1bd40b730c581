import Domain
import Foundation
import Ingest
import Support
import Testing

/// What phones and cameras write: codecs, bit depths, turns, uneven frame times.
@Suite struct DecodingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Left half red, right half blue, 160 x 96, 1 s at 10 frames/s.
    private static let halves = [
        "-f", "lavfi", "-i", "color=red:s=80x96:r=10:d=1", "-f", "lavfi", "-i", "color=blue:s=80x96:r=10:d=1",
        "-filter_complex", "hstack",
    ]

    private func frames(_ path: String, mode: FrameReader.Mode = .planes) throws -> [VideoFrame] {
        let reader = try FrameReader(.path(path), mode: mode, threads: 2)
        var frames: [VideoFrame] = []
        while let frame = try reader.next() { frames.append(frame) }
        return frames
    }

    private static let codecs: [(name: String, file: String, options: [String])] = [
        ("h264", "a.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p"]),
        ("h264", "full.mp4", ["-c:v", "libx264", "-pix_fmt", "yuvj420p"]),
        ("h264", "ten.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p10le"]),
        ("h264", "444.mkv", ["-c:v", "libx264", "-pix_fmt", "yuv444p"]),
        ("hevc", "b.mov", ["-c:v", "libx265", "-tag:v", "hvc1", "-pix_fmt", "yuv420p", "-x265-params", "log-level=0"]),
        (
            "hevc", "hdr.mp4", ["-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=0"]
        ),
        ("vp8", "c.webm", ["-c:v", "libvpx", "-b:v", "1M"]),
        ("vp9", "d.webm", ["-c:v", "libvpx-vp9", "-b:v", "1M"]),
        ("av1", "e.mp4", ["-c:v", "libsvtav1", "-pix_fmt", "yuv420p"]),
    ]

    @Test("Every accepted codec gives its ten frames, in planes and in RGB alike", arguments: codecs.indices)
    func codecsDecode(index: Int) throws {
        let (name, file, options) = Self.codecs[index]
        let path = folder.file(file)
        try FFmpegCommand.run(Self.halves + options + [path])
        #expect(try FrameReader(.path(path)).info.codec == name)
        let planes = try frames(path)
        let rgb = try frames(path, mode: .rgb)
        #expect(planes.count == 10)
        #expect(rgb.count == 10)
        let red = rgb[5].withPixels { $0.rgb(x: 20, y: 48) }
        #expect(red.0 > 180 && red.1 < 70 && red.2 < 70, "\(red)")
        let luma = planes[5].withPixels { view in
            [20, 140].map { Int(view.planes[0].base[48 * view.planes[0].stride + $0]) }
        }
        #expect(luma[0] > luma[1] + 20, "red is lighter than blue: \(luma)")
    }

    @Test("Rough pictures keep number and times; those that others are predicted from are whole")
    func roughPlanes() throws {
        let path = ProjectFiles.sampleClip("squat_side_5")
        let (whole, rough) = try (frames(path), frames(path, mode: .roughPlanes))
        #expect(whole.map(\.time) == rough.map(\.time))
        func luma(_ frame: VideoFrame) -> [UInt8] {
            frame.withPixels { view in
                (0..<view.height).flatMap { y in
                    UnsafeBufferPointer(start: view.planes[0].base + y * view.planes[0].stride, count: view.width)
                }
            }
        }
        var changed = 0
        for (a, b) in zip(whole, rough).prefix(40) {
            let differences = zip(luma(a), luma(b)).map { abs(Int($0) - Int($1)) }
            if differences.contains(where: { $0 > 0 }) { changed += 1 }
            let sum = differences.reduce(0, +)
            #expect(sum < differences.count, "frame \(a.index): less than one level on average")
        }
        #expect((1..<35).contains(changed), "some are predicted from, some are not: \(changed) of 40 differ")
    }

    @Test("A phone's turn is applied to every plane", arguments: [0, 90, 180, 270])
    func turns(degrees: Int) throws {
        let (lying, turned) = (folder.file("lying.mp4"), folder.file("turned.mp4"))
        try FFmpegCommand.run(Self.halves + ["-c:v", "libx264", "-pix_fmt", "yuv420p", lying])
        // FFmpeg's `rotate` tag is anticlockwise in what it writes.
        try FFmpegCommand.run(
            ["-i", lying, "-c", "copy", "-metadata:s:v:0", "rotate=\((360 - degrees) % 360)", turned])
        for mode in [FrameReader.Mode.rgb, .planes] {
            let reader = try FrameReader(.path(turned), mode: mode)
            #expect(reader.info.rotation == degrees || reader.info.rotation == (360 - degrees) % 360)
            let frame = try #require(try reader.next())
            let swaps = degrees == 90 || degrees == 270
            #expect((frame.width, frame.height) == (swaps ? (96, 160) : (160, 96)))
            // Where the red half is after the turn that the reader names.
            let place: (x: Int, y: Int) =
                switch reader.info.rotation {
                case 0: (20, 48)
                case 90: (48, 20)
                case 180: (140, 48)
                default: (48, 140)
                }
            let isRed = frame.withPixels { view -> Bool in
                if case .rgb24 = view.format { return view.rgb(x: place.x, y: place.y).0 > 180 }
                let v = view.planes[2].base[place.y / 2 * view.planes[2].stride + place.x / 2]
                return v > 200
            }
            #expect(isRed, "\(mode), \(reader.info.rotation)")
        }
    }

    @Test("Times are the file's own where frames come unevenly")
    func unevenTimes() throws {
        let path = folder.file("vfr.mp4")
        try FFmpegCommand.run([
            "-f", "lavfi", "-i", "testsrc=s=64x64:r=30:d=2", "-vf", "select='lt(n,10)+not(mod(n,7))'", "-vsync", "vfr",
            "-c:v", "libx264", "-bf", "2", path,
        ])
        let times = try frames(path).map(\.time)
        let wanted: [Double] = (0..<60).filter { (n: Int) in n < 10 || n % 7 == 0 }.map { (n: Int) in Double(n) / 30 }
        #expect(times.count == wanted.count)
        for (time, want) in zip(times, wanted) { #expect(abs(time - want) < 0.001, "\(time) for \(want)") }
    }

    @Test("A picture of another size in mid-stream is scaled to the first one's")
    func sizeChanges() throws {
        let (small, large, both) = (folder.file("s.ts"), folder.file("l.ts"), folder.file("both.mkv"))
        let coded = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bsf:v", "h264_mp4toannexb"]
        try FFmpegCommand.run(["-f", "lavfi", "-i", "testsrc=s=64x64:r=10:d=1"] + coded + [small])
        try FFmpegCommand.run(["-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=1"] + coded + [large])
        try FFmpegCommand.run(["-i", "concat:\(small)|\(large)", "-c", "copy", both])
        let sizes = try frames(both).map { [$0.width, $0.height] }
        #expect(sizes.count > 15)
        #expect(Set(sizes) == [[64, 64]])
    }

    @Test("Key frames are the pictures that are on screen at their times")
    func keyFrames() throws {
        let path = folder.file("grey.mp4")
        // Brightness rises by 2 a frame; key frames every 2 s.
        try FFmpegCommand.run([
            "-f", "lavfi", "-i", "color=black:s=64x64:r=10:d=10", "-vf", "geq=lum='16+2*N':cb=128:cr=128", "-c:v",
            "libx264", "-g", "20", "-pix_fmt", "yuv420p", "-crf", "1", path,
        ])
        let times = try frames(path).map(\.time)
        let images = try KeyFrameImages.jpegs(from: .path(path), at: [7.31, 0, 2.55, 2.6], among: times)
        #expect(images.map(\.time) == [0, 2.55, 2.6, 7.31])
        for (image, frame) in zip(images, [0, 25, 26, 73]) {
            let jpeg = try folder.write(image.jpeg, "k.jpg")
            let grey = try Self.pixel(jpeg, x: 32, y: 32)
            #expect(abs(Double(grey.1) - Double(2 * frame) * 255 / 219) < 4, "frame \(frame): \(grey)")
        }
    }

    @Test("Key frames show the colours that the clip means", arguments: ["bt709", "smpte170m"])
    func keyFrameColours(matrix: String) throws {
        let path = folder.file("orange.mp4")
        try FFmpegCommand.run([
            "-f", "lavfi", "-i", "color=0xE08030:s=64x64:r=10:d=1", "-vf",
            "scale=out_color_matrix=\(matrix):out_range=tv", "-colorspace", matrix, "-c:v", "libx264", "-pix_fmt",
            "yuv420p", "-crf", "1", path,
        ])
        let image = try #require(try KeyFrameImages.jpegs(from: .path(path), at: [0.5], among: [0.4, 0.5]).first)
        let colour = try Self.pixel(try folder.write(image.jpeg, "o.jpg"), x: 30, y: 30)
        for (found, wanted) in [(colour.0, 0xE0), (colour.1, 0x80), (colour.2, 0x30)] {
            #expect(abs(Int(found) - wanted) < 8, "\(colour)")
        }
    }

    /// A JPEG's pixel as another decoder sees it.
    private static func pixel(_ jpeg: String, x: Int, y: Int) throws -> (UInt8, UInt8, UInt8) {
        let raw = jpeg + ".rgb"
        try FFmpegCommand.run(["-i", jpeg, "-f", "rawvideo", "-pix_fmt", "rgb24", raw])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: raw))
        let width = 64
        let base = (y * width + x) * 3
        return (bytes[base], bytes[base + 1], bytes[base + 2])
    }
}

extension PixelView {
    fileprivate func rgb(x: Int, y: Int) -> (UInt8, UInt8, UInt8) {
        let pixel = planes[0].base + y * planes[0].stride + 3 * x
        return (pixel[0], pixel[1], pixel[2])
    }
}
