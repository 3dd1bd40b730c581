import Domain

/// Takes out landmarks that leap about from frame to frame over the whole clip: the network draws hidden joints too, and
/// is sure of them.
struct Jitter {
    /// Torso lengths from where the frames before and after say a landmark is, at the median.
    var maximum: Double

    func apply(_ landmarks: inout RawLandmarks) {
        guard let torso = Statistics.median(landmarks.times.indices.map(landmarks.torso)) else { return }
        for landmark in RawLandmarks.used {
            let leaps = landmarks.times.indices.dropFirst().dropLast().map { frame in
                let expected = Vector2.middle(
                    landmarks.point(landmark, frame - 1), landmarks.point(landmark, frame + 1))
                return (landmarks.point(landmark, frame) - expected).length
            }
            guard let usual = Statistics.median(Array(leaps)), usual > maximum * torso else { continue }
            for frame in landmarks.times.indices { landmarks.reject(landmark, frame) }
        }
    }
}
