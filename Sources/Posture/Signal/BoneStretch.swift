import Domain

/// Takes out joints that would make a bone longer than it is: in a picture a bone can look shorter, never longer.
struct BoneStretch {
    /// Times the bone's length, which is the 95th percentile of what was seen, on the side where that is less. A side that
    /// was seen half as often as the other, or less, is hidden behind the body and tells no length.
    var maximum: Double
    /// Torso lengths that no bone of arm or leg has.
    var anatomy: Double

    private typealias Bone = (near: BodyLandmark, far: BodyLandmark)

    /// The nearer joint is better seen, so the farther one goes.
    private static let bones: [(left: Bone, right: Bone)] = [
        ((.leftShoulder, .leftElbow), (.rightShoulder, .rightElbow)),
        ((.leftElbow, .leftWrist), (.rightElbow, .rightWrist)),
        ((.leftHip, .leftKnee), (.rightHip, .rightKnee)),
        ((.leftKnee, .leftAnkle), (.rightKnee, .rightAnkle)),
    ]

    func apply(_ landmarks: inout RawLandmarks) {
        guard let torso = Statistics.percentile(landmarks.times.indices.map(landmarks.torso), 0.95) else { return }
        for pair in Self.bones {
            let sides = [pair.left, pair.right].map { bone in
                (
                    bone,
                    landmarks.times.indices.map {
                        (landmarks.point(bone.near, $0) - landmarks.point(bone.far, $0)).length
                    }
                )
            }
            let counts = sides.map { side in side.1.count { !$0.isNaN } }
            let told = zip(sides, counts).filter { 2 * $0.1 > counts.max() ?? 0 }.map(\.0)
            guard let usual = told.compactMap({ Statistics.percentile($0.1, 0.95) }).min() else { continue }
            let limit = min(maximum * usual, anatomy * torso)
            for (bone, lengths) in sides {
                for (frame, length) in lengths.enumerated() where length > limit { landmarks.reject(bone.far, frame) }
            }
        }
    }
}
