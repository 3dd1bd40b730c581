import Foundation
package import OpenSSL

/// The two BlazePose models, read and checked.
package struct PoseModels: Sendable {
    package let detector: TFLiteModel
    package let landmark: TFLiteModel
    package let detectorDigest: Digest
    package let landmarkDigest: Digest

    package static let detectorFile = "pose_detection.tflite"
    package static let landmarkFile = "pose_landmark_full.tflite"

    /// Reads both files of `folder`, at the same time where there are two cores, and checks their SHA-256.
    package static func load(from folder: String) throws(ModelError) -> PoseModels {
        let ahead = Ahead { () throws(ModelError) in
            try read(folder, detectorFile, sha256: "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c")
        }
        let landmarkResult = Result { () throws(ModelError) in
            try read(folder, landmarkFile, sha256: "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f")
        }
        let (detector, landmark) = (try ahead.get(), try landmarkResult.get())
        return PoseModels(
            detector: detector.model, landmark: landmark.model, detectorDigest: detector.digest,
            landmarkDigest: landmark.digest)
    }

    private static func read(
        _ folder: String, _ file: String, sha256: String
    ) throws(ModelError) -> (model: TFLiteModel, digest: Digest) {
        let path = folder + "/" + file
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ModelError(
                .missing,
                "There is no model file \(path). Run 'make models', or let PTHUB_MODELS name the folder that holds it.")
        }
        let bytes = [UInt8](data)
        let digest = SHA256.digest(of: bytes)
        guard digest.hex == sha256 else {
            throw ModelError(
                .wrongChecksum,
                "\(path) is not the expected model: its SHA-256 is \(digest.hex), not \(sha256). Delete it and run "
                    + "'make models'.")
        }
        return (try TFLiteModel(bytes: bytes), digest)
    }
}
