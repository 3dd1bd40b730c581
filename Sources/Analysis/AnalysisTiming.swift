import Foundation

/// Where the time went, in seconds. Threads work at once, so the stages may add up to more than the wall time.
package struct AnalysisTiming: Codable, Equatable, Sendable {
    package var wall: Double
    package var decode: Double
    package var detect: Double
    package var landmark: Double
    package var posture: Double
    /// Of the clip's bytes.
    package var digest: Double
    package var keyFrames: Double
    package var frames: Int
    package var framesPerSecond: Double
    /// Peak resident memory of the process.
    package var peakMemoryBytes: Int

    enum CodingKeys: String, CodingKey {
        case wall = "wall_s"
        case decode = "decode_s"
        case detect = "detect_s"
        case landmark = "landmark_s"
        case posture = "posture_s"
        case digest = "digest_s"
        case keyFrames = "key_frames_s"
        case frames
        case framesPerSecond = "frames_per_s"
        case peakMemoryBytes = "peak_memory_bytes"
    }

    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Peak resident memory of this process so far, in bytes. Not from `getrusage`: that starts with the peak of the
    /// process that this one was forked from.
    static func peakMemory() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        return (kilobytes ?? 0) * 1024
    }
}
