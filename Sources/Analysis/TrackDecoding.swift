package import Domain
import Foundation

/// Reads back what `TrackEncoding` writes. A scanner for that one format instead of a general JSON decoder: a minute of
/// video is some 12 MB, and rescoring reads thousands of them.
package enum TrackDecoding {
    /// What is wrong with a track file, and on which line (from 1).
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package var line: Int
        package var reason: String

        package var description: String { "Line \(line) of the pose track: \(reason)." }
    }

    /// `width` and `height` of the displayed picture in pixels, which the lines do not tell.
    package static func track(_ bytes: [UInt8], width: Int, height: Int) throws(Malformed) -> PoseTrack {
        var track = PoseTrack(width: width, height: height, frames: [])
        // The zero at the end stops the number parser.
        let text = bytes + [0]
        var scanner = Scanner(text)
        while scanner.position < bytes.count {
            let frame = try scanner.frame()
            if let last = track.frames.last, frame.time <= last.time {
                throw scanner.failure("the time does not grow")
            }
            track.frames.append(frame)
            scanner.line += 1
        }
        return track
    }

    private struct Scanner: ~Copyable {
        private let text: [UInt8]
        private(set) var position = 0
        var line = 1

        init(_ text: [UInt8]) { self.text = text }

        func failure(_ reason: String) -> Malformed { Malformed(line: line, reason: reason) }

        mutating func frame() throws(Malformed) -> PoseFrame {
            try expect("{\"t\":")
            let time = try number(strtod)
            try expect(",\"detected\":")
            let detected = try flag()
            try expect(",\"flag\":")
            let flag = try number(strtof)
            try expect(",\"roi\":")
            let region = try region()
            try expect(",\"landmarks\":")
            let landmarks = try rows(4)
            try expect(",\"world\":")
            let world = try rows(3)
            try expect(",\"raw\":")
            let raw = try rows(4)
            try expect("}\n")
            return PoseFrame(
                time: time, detected: detected, flag: flag, region: region,
                landmarks: landmarks.map { Landmark(x: $0[0], y: $0[1], z: $0[2], visibility: $0[3]) },
                world: world.map { WorldLandmark(x: $0[0], y: $0[1], z: $0[2]) },
                raw: raw.map { Landmark(x: $0[0], y: $0[1], z: $0[2], visibility: $0[3]) })
        }

        private mutating func skip(_ literal: StaticString) -> Bool {
            let count = literal.utf8CodeUnitCount
            guard position + count < text.count else { return false }
            let isThere = text.withUnsafeBufferPointer {
                memcmp($0.baseAddress! + position, literal.utf8Start, count) == 0
            }
            if isThere { position += count }
            return isThere
        }

        private mutating func expect(_ literal: StaticString) throws(Malformed) {
            guard skip(literal) else { throw failure("\(literal) was expected at byte \(position)") }
        }

        private mutating func flag() throws(Malformed) -> Bool {
            if skip("true") { return true }
            try expect("false")
            return false
        }

        private mutating func number<T: BinaryFloatingPoint>(
            _ parse: (UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> T
        ) throws(Malformed) -> T {
            if skip("null") { return .nan }
            let (value, length) = text.withUnsafeBytes { raw -> (T, Int) in
                let start = raw.baseAddress!.assumingMemoryBound(to: CChar.self) + position
                var end: UnsafeMutablePointer<CChar>?
                let value = parse(start, &end)
                return (value, end.map { UnsafePointer($0) - start } ?? 0)
            }
            guard length > 0, value.isFinite else { throw failure("a number was expected at byte \(position)") }
            position += length
            return value
        }

        private mutating func region() throws(Malformed) -> RegionOfInterest? {
            if skip("null") { return nil }
            let row = try row(5)
            return RegionOfInterest(centreX: row[0], centreY: row[1], width: row[2], height: row[3], rotation: row[4])
        }

        private mutating func row(_ count: Int) throws(Malformed) -> [Float] {
            try expect("[")
            var row: [Float] = []
            row.reserveCapacity(count)
            for index in 0..<count {
                if index > 0 { try expect(",") }
                row.append(try number(strtof))
            }
            try expect("]")
            return row
        }

        /// None, or one for each landmark.
        private mutating func rows(_ width: Int) throws(Malformed) -> [[Float]] {
            if skip("[]") { return [] }
            try expect("[")
            var rows: [[Float]] = []
            rows.reserveCapacity(BodyLandmark.count)
            for index in 0..<BodyLandmark.count {
                if index > 0 { try expect(",") }
                rows.append(try row(width))
            }
            try expect("]")
            return rows
        }
    }
}
