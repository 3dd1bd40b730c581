package import Domain

/// A frame of the pose track as one JSON line, numbers in their shortest form that reads back the same.
package enum TrackEncoding {
    package static func line(_ frame: PoseFrame) -> [UInt8] {
        var text = "{\"t\":\(frame.time),\"detected\":\(frame.detected),\"flag\":\(number(frame.flag)),\"roi\":"
        if let roi = frame.region {
            text += list([roi.centreX, roi.centreY, roi.width, roi.height, roi.rotation])
        } else {
            text += "null"
        }
        text += ",\"landmarks\":" + nested(frame.landmarks.map { [$0.x, $0.y, $0.z, $0.visibility] })
        text += ",\"world\":" + nested(frame.world.map { [$0.x, $0.y, $0.z] })
        text += ",\"raw\":" + nested(frame.raw.map { [$0.x, $0.y, $0.z, $0.visibility] }) + "}"
        return Array(text.utf8)
    }

    /// All lines of a track, each with its line end, in pieces of about a megabyte: a long clip's track need not be in
    /// memory as a whole.
    package static func pieces<E: Error>(_ track: PoseTrack, use: ([UInt8]) throws(E) -> Void) throws(E) {
        var bytes: [UInt8] = []
        for frame in track.frames {
            bytes += line(frame)
            bytes.append(UInt8(ascii: "\n"))
            guard bytes.count >= 1 << 20 else { continue }
            try use(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        if !bytes.isEmpty { try use(bytes) }
    }

    private static func nested(_ rows: [[Float]]) -> String {
        "[" + rows.map(list).joined(separator: ",") + "]"
    }

    private static func list(_ values: [Float]) -> String {
        "[" + values.map(number).joined(separator: ",") + "]"
    }

    /// JSON has no infinity and no NaN.
    private static func number(_ value: Float) -> String {
        value.isFinite ? "\(value)" : "null"
    }
}
