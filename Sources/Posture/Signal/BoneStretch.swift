import Domain

/// Takes out joints that would make a bone longer than it is: in a picture a bone can look shorter, never longer.
struct BoneStretch {
    /// Times the bone's length, which is the 95th percentile of what was seen.
    var maximum: Double

    /// The nearer joint is better seen, so the farther one goes.
    private static let bones: [(near: BodyLandmark, far: BodyLandmark)] = [
        (.leftShoulder, .leftElbow), (.rightShoulder, .rightElbow), (.leftElbow, .leftWrist),
        (.rightElbow, .rightWrist), (.leftHip, .leftKnee), (.rightHip, .rightKnee), (.leftKnee, .leftAnkle),
        (.rightKnee, .rightAnkle),
    ]

    func apply(_ landmarks: inout RawLandmarks) {
        for bone in Self.bones {
            let lengths = landmarks.times.indices.map {
                (landmarks.point(bone.near, $0) - landmarks.point(bone.far, $0)).length
            }
            guard let usual = Statistics.percentile(lengths, 0.95) else { continue }
            for (frame, length) in lengths.enumerated() where length > maximum * usual {
                landmarks.reject(bone.far, frame)
            }
        }
    }
}
