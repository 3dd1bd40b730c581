import Analysis
import Domain
import Foundation
import Ingest
import Support
import Testing

/// A segment's frames until they are joined: put away in a file or packed in memory, and read back as they were.
@Suite struct SegmentFramesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// No number, no bounds, no sign of its own: what a comparison of values or a text would lose.
    private static let strange: [Float] = [
        .nan, Float(bitPattern: 0xFFC0_1234), Float(nan: 77, signaling: true), .infinity, -.infinity, -0.0, 0,
        .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 1.1,
    ]

    /// Every third without a person, and some with fewer landmarks than there are.
    private static func frames(_ count: Int, from start: Int = 0) -> [PoseFrame] {
        (start..<start + count).map { index in
            func value(_ place: Int) -> Float {
                place % 7 == 0 ? strange[(index + place) % strange.count] : Float(index) + 1 / Float(place + 1)
            }
            func landmarks(_ first: Int, _ count: Int) -> [Landmark] {
                (first..<first + count).map {
                    Landmark(x: value($0), y: value($0 + 1), z: value($0 + 2), visibility: value($0 + 3))
                }
            }
            let region = RegionOfInterest(
                centreX: value(0), centreY: value(1), width: value(2), height: value(3), rotation: value(4))
            let time = Double(index) / 29.97
            guard index % 3 > 0 else { return .lost(time: time, flag: value(0), region: index % 2 > 0 ? region : nil) }
            let world = (0..<(index % 5 > 0 ? 33 : 0)).map {
                WorldLandmark(x: value($0), y: value($0 + 1), z: value($0 + 2))
            }
            return PoseFrame(
                time: time, detected: true, flag: value(5), region: region, landmarks: landmarks(100, 33), world: world,
                raw: landmarks(200, index % 11 > 0 ? 33 : 4))
        }
    }

    /// All that a frame says, bit by bit.
    private static func bits(_ frame: PoseFrame) -> [UInt64] {
        var floats = [frame.flag]
        if let region = frame.region {
            floats += [region.centreX, region.centreY, region.width, region.height, region.rotation]
        }
        for landmark in frame.landmarks + frame.raw {
            floats += [landmark.x, landmark.y, landmark.z, landmark.visibility]
        }
        for landmark in frame.world { floats += [landmark.x, landmark.y, landmark.z] }
        return [frame.time.bitPattern, frame.detected ? 1 : 0, frame.region == nil ? 0 : 1]
            + [frame.landmarks, frame.raw].map { UInt64($0.count) } + floats.map { UInt64($0.bitPattern) }
    }

    private static func bits(_ frames: [PoseFrame]) -> [[UInt64]] { frames.map { bits($0) } }

    private static func through(_ file: ScratchFile?, _ frames: [PoseFrame]) throws -> [PoseFrame] {
        let kept = SegmentFrames(file)
        for frame in frames { kept.append(frame) }
        kept.finish()
        return try kept.take()
    }

    private func scratch() throws -> ScratchFile { try #require(ScratchFile(in: folder.path)) }

    @Test("Frames come back from a file as they were, to the bit", arguments: [0, 1, 9, 1000])
    func file(count: Int) throws {
        let frames = Self.frames(count)
        let back = try Self.through(try scratch(), frames)
        #expect(Self.bits(back) == Self.bits(frames))
    }

    @Test("Frames come back from memory as they were, to the bit", arguments: [0, 1, 9, 1000])
    func memory(count: Int) throws {
        let frames = Self.frames(count)
        let back = try Self.through(nil, frames)
        #expect(Self.bits(back) == Self.bits(frames))
    }

    @Test("Frames are given once and then forgotten")
    func once() throws {
        let kept = SegmentFrames(try scratch())
        for frame in Self.frames(40) { kept.append(frame) }
        let (first, second) = (try kept.take(), try kept.take())
        #expect(first.count == 40)
        #expect(second.isEmpty)
    }

    @Test("Segments that are written at the same time do not get into each other's way")
    func several() throws {
        let file = try scratch()
        DispatchQueue.concurrentPerform(iterations: 8) { segment in
            let frames = Self.frames(300, from: 1000 * segment)
            let back = try? Self.through(file, frames)
            #expect(back.map { Self.bits($0) } == Self.bits(frames))
        }
    }

    @Test("Where the disk is full the frames stay in memory and none is missing")
    func fullDisk() throws {
        let full = ScratchFile(descriptor: open("/dev/full", O_RDWR | O_CLOEXEC))
        let frames = Self.frames(500)
        let back = try Self.through(full, frames)
        #expect(Self.bits(back) == Self.bits(frames))
    }

    @Test("A file that does not give back what it took is an error that says so")
    func lostFile() throws {
        let path = folder.file("scratch")
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        let kept = SegmentFrames(ScratchFile(descriptor: descriptor))
        for frame in Self.frames(100) { kept.append(frame) }
        kept.finish()
        #expect(truncate(path, 10) == 0)
        let error = #expect(throws: MediaError.self) { try kept.take() }
        #expect(error?.code == .readFailed)
        #expect(error?.message.contains("temporary file") == true)
    }

    @Test("The file has no name that others could see, and none is made in a folder that is not there")
    func name() throws {
        let back = try Self.through(try scratch(), Self.frames(50))
        #expect(back.count == 50)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        #expect(ScratchFile(in: folder.file("nowhere")) == nil)
    }
}
