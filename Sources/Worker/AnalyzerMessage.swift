import Foundation

/// What the child says, framed: one byte of kind, four of length (little-endian), then that many bytes. The parent
/// believes no length beyond the bound: the child has parsed an untrusted file.
package enum AnalyzerMessage {
    package enum Kind: UInt8, Sendable {
        /// JSON of AnalysisProgress.
        case progress = 1
        /// JSON of the report, whole.
        case report = 2
        /// JSON lines of the pose track, a part.
        case track = 3
        /// Eight bytes of presentation time (Double, little-endian), then a JPEG.
        case keyFrame = 4
        /// JSON of JobFailure; the last message.
        case failure = 5
        /// Empty; the last message.
        case done = 6
    }

    package static let maximumLength = 8 << 20
    /// All messages of one clip together.
    package static let maximumTotal = 1 << 30

    package static func frame(_ kind: Kind, _ payload: [UInt8]) -> [UInt8] {
        let length = UInt32(payload.count)
        return [kind.rawValue] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + payload
    }

    /// Takes a stream apart into messages, whatever pieces it comes in.
    package struct Parser {
        package struct Malformed: Error {}

        package init() {}

        private var buffer: [UInt8] = []
        private var total = 0

        package mutating func feed(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> [(kind: Kind, payload: [UInt8])] {
            buffer += bytes
            total += bytes.count
            guard total <= AnalyzerMessage.maximumTotal else { throw Malformed() }
            var messages: [(kind: Kind, payload: [UInt8])] = []
            var start = 0
            while buffer.count - start >= 5 {
                let length = (0..<4).reduce(0) { $0 | Int(buffer[start + 1 + $1]) << (8 * $1) }
                guard let kind = Kind(rawValue: buffer[start]), length <= AnalyzerMessage.maximumLength else {
                    throw Malformed()
                }
                guard buffer.count - start - 5 >= length else { break }
                messages.append((kind, Array(buffer[start + 5..<start + 5 + length])))
                start += 5 + length
            }
            buffer.removeFirst(start)
            return messages
        }

        /// Whether the stream ended between messages.
        package var isAtBoundary: Bool { buffer.isEmpty }
    }
}
