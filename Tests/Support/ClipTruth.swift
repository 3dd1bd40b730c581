package import Domain
import Foundation

/// The truth of a rendered clip (sample-videos/CLIP.json) and the track that a perfect tracker would give.
package struct ClipTruth: Decodable, Sendable {
    package struct Phase: Decodable, Sendable {
        package var name: String
        package var t0: Double
        package var t1: Double
    }
    package struct Rep: Decodable, Sendable {
        package var start: Double
        package var bottom: Double
        package var end: Double
        package var phases: [Phase]

        package func seconds(_ phase: String) -> Double? {
            phases.first { $0.name == phase }.map { $0.t1 - $0.t0 }
        }
    }
    package struct Frame: Decodable, Sendable {
        package var t: Double
        package var px: [[Double]]
    }

    package var size: [Int]
    package var reps: [Rep]
    package var frame: [Frame]

    package static func load(_ clip: String) throws -> ClipTruth {
        let data = try Data(contentsOf: URL(fileURLWithPath: ProjectFiles.path("sample-videos/\(clip).json")))
        return try JSONDecoder().decode(ClipTruth.self, from: data)
    }

    package var track: PoseTrack {
        let frames = frame.map { frame in
            let landmarks = frame.px.prefix(BodyLandmark.count).map {
                Landmark(x: Float($0[0] / Double(size[0])), y: Float($0[1] / Double(size[1])), z: 0, visibility: 1)
            }
            return PoseFrame(
                time: frame.t, detected: true, flag: 1, region: nil, landmarks: landmarks, world: [], raw: landmarks)
        }
        return PoseTrack(width: size[0], height: size[1], frames: frames)
    }
}

extension ClipFacts {
    /// For tests that do not look at the clip.
    package static let sample = ClipFacts(
        sha256: "00", width: 432, height: 576, rotation: 0, duration: 10, frames: 300, codec: "h264")
}

extension Provenance {
    package static let sample = Provenance(
        program: "test", modelSHA256: .init(poseDetection: "0", poseLandmark: "0"),
        kernel: .init(isa: "portable", precision: "fp32"), rulesVersion: "test")
}
