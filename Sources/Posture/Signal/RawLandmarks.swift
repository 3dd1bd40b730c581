import Domain

/// The landmarks that measures are made of as they were seen, frame by frame in pixels; NaN where one was not, or
/// cannot have been there.
struct RawLandmarks {
    /// Fingers, eyes and mouth are in no measure.
    static let used: [BodyLandmark] = [
        .nose, .leftEar, .rightEar, .leftShoulder, .rightShoulder, .leftElbow, .rightElbow, .leftWrist, .rightWrist,
        .leftHip, .rightHip, .leftKnee, .rightKnee, .leftAnkle, .rightAnkle, .leftHeel, .rightHeel, .leftFootIndex,
        .rightFootIndex,
    ]

    let times: [Double]
    /// By landmark, then frame.
    var x: [[Double]]
    var y: [[Double]]

    init(_ track: PoseTrack, visibilityMinimum: Double) {
        times = track.frames.map(\.time)
        let empty = [Double](repeating: .nan, count: track.frames.count)
        x = [[Double]](repeating: [], count: BodyLandmark.count)
        y = x
        for landmark in Self.used { (x[landmark.rawValue], y[landmark.rawValue]) = (empty, empty) }
        let (width, height) = (Double(track.width), Double(track.height))
        let minimum = Float(visibilityMinimum)
        for (index, frame) in track.frames.enumerated()
        where frame.detected && frame.raw.count == BodyLandmark.count {
            for landmark in Self.used {
                let seen = frame.raw[landmark.rawValue]
                guard seen.visibility >= minimum, seen.x.isFinite, seen.y.isFinite else { continue }
                x[landmark.rawValue][index] = Double(seen.x) * width
                y[landmark.rawValue][index] = Double(seen.y) * height
            }
        }
    }

    func point(_ landmark: BodyLandmark, _ frame: Int) -> Vector2 {
        Vector2(x: x[landmark.rawValue][frame], y: y[landmark.rawValue][frame])
    }

    func centre(_ frame: Int) -> Vector2 {
        Vector2.middle(
            Vector2.middle(point(.leftHip, frame), point(.rightHip, frame)),
            Vector2.middle(point(.leftShoulder, frame), point(.rightShoulder, frame)))
    }

    /// Mid-hip to mid-shoulder, pixels.
    func torso(_ frame: Int) -> Double {
        (Vector2.middle(point(.leftHip, frame), point(.rightHip, frame))
            - Vector2.middle(point(.leftShoulder, frame), point(.rightShoulder, frame))).length
    }

    /// One landmark's coordinates, which are gone from here then: a long clip's need not be in memory twice.
    mutating func take(_ landmark: Int) -> (x: [Double], y: [Double]) {
        defer { (x[landmark], y[landmark]) = ([], []) }
        return (x[landmark], y[landmark])
    }

    mutating func reject(_ landmark: BodyLandmark, _ frame: Int) {
        x[landmark.rawValue][frame] = .nan
        y[landmark.rawValue][frame] = .nan
    }

    mutating func exchange(_ left: BodyLandmark, _ right: BodyLandmark, _ frame: Int) {
        (x[left.rawValue][frame], x[right.rawValue][frame]) = (x[right.rawValue][frame], x[left.rawValue][frame])
        (y[left.rawValue][frame], y[right.rawValue][frame]) = (y[right.rawValue][frame], y[left.rawValue][frame])
    }

    mutating func reject(frame: Int) {
        for landmark in Self.used { reject(landmark, frame) }
    }
}
