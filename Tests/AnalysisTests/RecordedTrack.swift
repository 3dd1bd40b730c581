import Domain
import Foundation

/// What MediaPipe saw in one sample clip, at every few frames (scripts/golden-tracks.py).
struct RecordedTrack: Decodable {
    struct Frame: Decodable {
        var frame: Int
        /// Centre, size, rotation.
        var region: [Float]
        var flag: Float
        /// Places in the file of values.
        var raw: Int
        var landmarks: Int

        var regionOfInterest: RegionOfInterest {
            RegionOfInterest(
                centreX: region[0], centreY: region[1], width: region[2], height: region[3], rotation: region[4])
        }
    }

    var clip: String
    /// How far MediaPipe is from itself when 0.1 % of the pixel values change by one: percent of the torso.
    var floorMedian: Double
    var floorP95: Double
    var frames: [Frame]

    enum CodingKeys: String, CodingKey {
        case clip, frames
        case floorMedian = "floor_median"
        case floorP95 = "floor_p95"
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden")

    static func load(_ clip: String) throws -> RecordedTrack {
        let data = try Data(contentsOf: folder.appendingPathComponent("tracks.json"))
        let tracks = try JSONDecoder().decode([RecordedTrack].self, from: data)
        guard let track = tracks.first(where: { $0.clip == clip }) else { throw CocoaError(.fileReadNoSuchFile) }
        return track
    }

    static func values() throws -> [Float] {
        let data = try Data(contentsOf: folder.appendingPathComponent("tracks.f32"))
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { place in
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)))
            }
        }
    }
}
