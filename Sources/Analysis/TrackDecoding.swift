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

    /// `width` and `height` of the displayed picture in pixels, which the lines do not tell. With `smoothed` false the
    /// smoothed landmarks are passed over: posture analysis has no use for them.
    package static func track(
        _ bytes: [UInt8], width: Int, height: Int, smoothed: Bool = true
    ) throws(Malformed) -> PoseTrack {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<[PoseFrame], Malformed> in
            do throws(Malformed) { return .success(try frames(buffer, smoothed: smoothed)) } catch {
                return .failure(error)
            }
        }
        return PoseTrack(width: width, height: height, frames: try result.get())
    }

    private static func frames(
        _ buffer: UnsafeBufferPointer<UInt8>, smoothed: Bool
    ) throws(Malformed) -> [PoseFrame] {
        var frames: [PoseFrame] = []
        var scanner = TrackScanner(buffer)
        while !scanner.isAtEnd {
            let frame = try scanner.frame(smoothed: smoothed)
            if let last = frames.last, frame.time <= last.time { throw scanner.failure("the time does not grow") }
            frames.append(frame)
            scanner.line += 1
        }
        return frames
    }
}

/// Stands somewhere in the text of a track.
private struct TrackScanner: ~Copyable {
    private let text: UnsafeBufferPointer<UInt8>
    private var position = 0
    var line = 1

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    var isAtEnd: Bool { position >= text.count }

    func failure(_ reason: String) -> TrackDecoding.Malformed { TrackDecoding.Malformed(line: line, reason: reason) }

    mutating func frame(smoothed: Bool) throws(TrackDecoding.Malformed) -> PoseFrame {
        try expect("{\"t\":")
        let time = try number()
        guard time.isFinite else { throw failure("there is no time") }
        try expect(",\"detected\":")
        let detected = try flag()
        try expect(",\"flag\":")
        let flag = Float(try number())
        try expect(",\"roi\":")
        let region = try region()
        try expect(",\"landmarks\":")
        var landmarks: [Landmark] = []
        if smoothed {
            landmarks = try self.landmarks()
        } else {
            try skipNumbers()
        }
        try expect(",\"world\":")
        let world = try worldLandmarks()
        try expect(",\"raw\":")
        let raw = try self.landmarks()
        try expect("}\n")
        return PoseFrame(
            time: time, detected: detected, flag: flag, region: region, landmarks: landmarks, world: world, raw: raw)
    }

    private mutating func skips(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard position + count <= text.count, let base = text.baseAddress,
            memcmp(base + position, literal.utf8Start, count) == 0
        else { return false }
        position += count
        return true
    }

    private mutating func expect(_ literal: StaticString) throws(TrackDecoding.Malformed) {
        guard skips(literal) else { throw failure("\(literal) was expected at byte \(position)") }
    }

    /// Over a list of numbers to the comma before the next key.
    private mutating func skipNumbers() throws(TrackDecoding.Malformed) {
        guard let base = text.baseAddress, let quote = memchr(base + position, 0x22, text.count - position) else {
            throw failure("another key was expected after byte \(position)")
        }
        position = max(UnsafeRawPointer(quote) - UnsafeRawPointer(base) - 1, position)
    }

    private mutating func flag() throws(TrackDecoding.Malformed) -> Bool {
        if skips("true") { return true }
        try expect("false")
        return false
    }

    private mutating func region() throws(TrackDecoding.Malformed) -> RegionOfInterest? {
        if skips("null") { return nil }
        let row = try row(5)
        return RegionOfInterest(centreX: row.0, centreY: row.1, width: row.2, height: row.3, rotation: row.4)
    }

    /// None, or one for each landmark.
    private mutating func landmarks() throws(TrackDecoding.Malformed) -> [Landmark] {
        if skips("[]") { return [] }
        var rows: [Landmark] = []
        rows.reserveCapacity(BodyLandmark.count)
        for index in 0..<BodyLandmark.count {
            try expect(index == 0 ? "[" : ",")
            let row = try row(4)
            rows.append(Landmark(x: row.0, y: row.1, z: row.2, visibility: row.3))
        }
        try expect("]")
        return rows
    }

    private mutating func worldLandmarks() throws(TrackDecoding.Malformed) -> [WorldLandmark] {
        if skips("[]") { return [] }
        var rows: [WorldLandmark] = []
        rows.reserveCapacity(BodyLandmark.count)
        for index in 0..<BodyLandmark.count {
            try expect(index == 0 ? "[" : ",")
            let row = try row(3)
            rows.append(WorldLandmark(x: row.0, y: row.1, z: row.2))
        }
        try expect("]")
        return rows
    }

    /// A list of `count` numbers, at most five; the rest is 0.
    private mutating func row(_ count: Int) throws(TrackDecoding.Malformed) -> (Float, Float, Float, Float, Float) {
        var row: (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
        for index in 0..<count {
            try expect(index == 0 ? "[" : ",")
            let value = Float(try number())
            switch index {
            case 0: row.0 = value
            case 1: row.1 = value
            case 2: row.2 = value
            case 3: row.3 = value
            default: row.4 = value
            }
        }
        try expect("]")
        return row
    }

    /// Digits as an integer and one exact power of ten: correctly rounded up to 15 digits, which the shortest form of a
    /// Float never exceeds. Whatever is longer goes to the C library. NaN for `null`.
    private mutating func number() throws(TrackDecoding.Malformed) -> Double {
        if skips("null") { return .nan }
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        var mantissa: UInt64 = 0
        var (digits, exponent) = (0, 0)
        func digit() -> UInt64? {
            guard position < text.count, text[position] &- 48 <= 9 else { return nil }
            return UInt64(text[position] - 48)
        }
        while let next = digit() {
            mantissa = mantissa &* 10 &+ next
            digits += 1
            position += 1
        }
        guard digits > 0 else { throw failure("a number was expected at byte \(start)") }
        if take(UInt8(ascii: ".")) {
            while let next = digit() {
                mantissa = mantissa &* 10 &+ next
                digits += 1
                exponent -= 1
                position += 1
            }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            let isDown = take(UInt8(ascii: "-"))
            if !isDown { _ = take(UInt8(ascii: "+")) }
            var power = 0
            while let next = digit(), power < 1000 {
                power = power * 10 + Int(next)
                position += 1
            }
            exponent += isDown ? -power : power
        }
        guard digits <= 15, abs(exponent) <= 22 else { return try slowNumber(from: start) }
        let value = exponent < 0 ? Double(mantissa) / Self.powers[-exponent] : Double(mantissa) * Self.powers[exponent]
        return isNegative ? -value : value
    }

    /// Exact in a Double.
    private static let powers: [Double] = (0...22).reduce(into: []) { powers, _ in
        powers.append((powers.last ?? 0.1) * 10)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    private func slowNumber(from start: Int) throws(TrackDecoding.Malformed) -> Double {
        guard let value = Double(String(decoding: text[start..<position], as: UTF8.self)), value.isFinite else {
            throw failure("a number was expected at byte \(start)")
        }
        return value
    }
}
