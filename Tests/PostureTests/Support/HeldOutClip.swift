import Domain
import Foundation

/// A rendered clip that nothing was tuned on: its pose track as the analysis kept it, and its truth
/// (scripts/golden-held-out.py).
struct HeldOutClip: Decodable, CustomStringConvertible {
    struct Rep: Decodable {
        var start: Double
        var turn: Double
        var end: Double
        /// Nil where no tempo was performed on purpose.
        var tempo: [Double]?
    }
    struct Fault: Decodable {
        var rule: String
        /// From 1; 0 for a hold.
        var reps: [Int]
    }

    var clip: String
    var exercise: ExerciseID
    var size: [Int]
    var fps: Double
    /// Place in the file of tracks.
    var frame: Int
    var frames: Int
    var reps: [Rep]
    var faults: [Fault]

    var description: String { clip }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Golden")
    private static let packed = try? Data(contentsOf: folder.appendingPathComponent("held-out.i16"))
    private static let numbers = 231

    static func all() throws -> [HeldOutClip] {
        try JSONDecoder().decode(
            [HeldOutClip].self, from: Data(contentsOf: folder.appendingPathComponent("held-out.json")))
    }

    func track() throws -> PoseTrack {
        guard let packed = Self.packed else { throw CocoaError(.fileReadNoSuchFile) }
        let frames = packed.withUnsafeBytes { bytes -> [PoseFrame] in
            (0..<self.frames).map { index -> PoseFrame in
                let base = (frame + index) * Self.numbers
                func number(_ place: Int, _ scale: Float) -> Float {
                    let bits = bytes.loadUnaligned(fromByteOffset: 2 * (base + place), as: Int16.self)
                    return Float(Int16(littleEndian: bits)) / scale
                }
                let isSeen = number(0, 1) != -32768
                let raw = (0..<BodyLandmark.count).map { joint in
                    Landmark(
                        x: number(4 * joint, 16384), y: number(4 * joint + 1, 16384), z: number(4 * joint + 2, 8192),
                        visibility: number(4 * joint + 3, 8192))
                }
                let world = (0..<BodyLandmark.count).map { joint in
                    let place = 4 * BodyLandmark.count + 3 * joint
                    return WorldLandmark(
                        x: number(place, 8192), y: number(place + 1, 8192), z: number(place + 2, 8192))
                }
                return PoseFrame(
                    time: Double(index) / fps, detected: isSeen, flag: isSeen ? 1 : 0, region: nil, landmarks: [],
                    world: isSeen ? world : [], raw: isSeen ? raw : [])
            }
        }
        return PoseTrack(width: size[0], height: size[1], frames: frames)
    }
}
