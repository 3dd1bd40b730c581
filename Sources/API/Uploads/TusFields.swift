import Foundation
import HTTPTypes

/// Header names of tus 1.0.
extension HTTPField.Name {
    static let tusResumable = Self("Tus-Resumable")!
    static let tusVersion = Self("Tus-Version")!
    static let tusExtension = Self("Tus-Extension")!
    static let tusMaxSize = Self("Tus-Max-Size")!
    static let tusChecksumAlgorithm = Self("Tus-Checksum-Algorithm")!
    static let uploadLength = Self("Upload-Length")!
    static let uploadOffset = Self("Upload-Offset")!
    static let uploadMetadata = Self("Upload-Metadata")!
    static let uploadChecksum = Self("Upload-Checksum")!
    static let uploadExpires = Self("Upload-Expires")!
    static let clipID = Self("PT-Clip-Id")!
}

/// `Upload-Metadata`: keys with base64 values, joined by commas.
struct TusMetadata {
    private var values: [String: String] = [:]

    init?(_ header: String) {
        for pair in header.split(separator: ",") {
            let parts = pair.split(separator: " ")
            guard let key = parts.first, parts.count <= 2 else { return nil }
            guard parts.count == 2 else {
                values[String(key)] = ""
                continue
            }
            guard let data = Data(base64Encoded: String(parts[1])) else { return nil }
            values[String(key)] = String(decoding: data, as: UTF8.self)
        }
    }

    subscript(_ key: String) -> String? { values[key] }
}
