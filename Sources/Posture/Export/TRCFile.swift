package import Domain

/// Landmarks as a TRC motion file, the marker format of OpenSim and Pose2Sim: tab-separated, a fixed frame rate, metres.
package enum TRCFile {
    /// World landmarks (origin between the hips) turned into the format's axes: X forward is not known from one camera,
    /// so X is the picture's right, Y up, Z towards the camera. Frames are resampled to the clip's mean rate, since the
    /// format knows no presentation times. Frames without a person are NaN: OpenSim does not count empty cells at a line's
    /// end.
    package static func text(_ track: PoseTrack, name: String) -> String {
        let times = track.frames.map(\.time)
        guard let first = times.first, let last = times.last else { return "" }
        let rate = times.count > 1 ? Rounding.round(Double(times.count - 1) / (last - first), 2) : 30
        let count = times.isEmpty ? 0 : Int(((last - first) * rate).rounded()) + 1
        let names = BodyLandmark.allCases.map(\.markerName)
        var text = "PathFileType\t4\t(X/Y/Z)\t\(name)\n"
        text += "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
        text += "\(rate)\t\(rate)\t\(count)\t\(names.count)\tm\t\(rate)\t1\t\(count)\n"
        text += "Frame#\tTime\t" + names.map { $0 + "\t\t" }.joined(separator: "\t") + "\n"
        text += "\t\t" + (1...names.count).map { "X\($0)\tY\($0)\tZ\($0)" }.joined(separator: "\t") + "\n\n"
        var nearest = 0
        for index in 0..<count {
            let time = first + Double(index) / rate
            while nearest + 1 < times.count, abs(times[nearest + 1] - time) <= abs(times[nearest] - time) {
                nearest += 1
            }
            text += "\(index + 1)\t\(Rounding.round(time, 4))\t" + row(track.frames[nearest]) + "\n"
        }
        return text
    }

    private static func row(_ frame: PoseFrame) -> String {
        guard frame.world.count == BodyLandmark.count else {
            return [String](repeating: "NaN", count: 3 * BodyLandmark.count).joined(separator: "\t")
        }
        return frame.world.map { point in
            // The network's y grows downwards and its z away from the camera.
            [point.x, -point.y, -point.z].map { "\(Rounding.round(Double($0), 5))" }.joined(separator: "\t")
        }.joined(separator: "\t")
    }
}

extension BodyLandmark {
    /// `leftKnee` is `LKnee`, as marker sets name it.
    fileprivate var markerName: String {
        let name = "\(self)"
        if name.hasPrefix("left") { return "L" + name.dropFirst(4) }
        if name.hasPrefix("right") { return "R" + name.dropFirst(5) }
        return name.prefix(1).uppercased() + name.dropFirst()
    }
}
