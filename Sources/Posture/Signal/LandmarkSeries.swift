import Domain
import Foundation

/// The 33 landmarks of a clip in pixels on a uniform time base: outliers out, short gaps bridged, smoothed without lag.
/// NaN where a landmark was not seen.
struct LandmarkSeries {
    let time: UniformTime
    private var x: [[Double]] = []
    private var y: [[Double]] = []
    /// Mean visibility over the frames with a person.
    private var visibility: [Double] = []
    /// Mean depth of each landmark, image widths; smaller is nearer to the camera.
    private var depth: [Double] = []
    /// How far shoulders and hips are turned out of the picture's plane, degrees 0...90.
    private(set) var azimuth: [Double] = []

    /// Share of the frames that showed somebody else.
    private(set) var otherPeople = 0.0

    init(_ track: PoseTrack, _ parameters: SignalParameters) {
        let times = track.frames.map(\.time)
        time = UniformTime(times: times, rate: parameters.sampleRate.value)
        let filter = ButterworthFilter(cutoff: parameters.cutoff.value, sampleRate: parameters.sampleRate.value)
        let frameRate = times.count > 1 ? Double(times.count - 1) / max(times[times.count - 1] - times[0], 1e-3) : 30
        let hampel = HampelFilter(
            halfWindow: Int((parameters.hampelWindow.value * frameRate).rounded()),
            sigmas: parameters.hampelSigmas.value, floor: 0.01 * Double(min(track.width, track.height)))
        var landmarks = plausible(track, parameters)
        let torso = Statistics.median(track.frames.indices.map(landmarks.torso))
        azimuth = time.resample(track.frames.map(Self.azimuth), at: times, gap: parameters.gapMaximum.value)
        x = [[Double]](repeating: [], count: BodyLandmark.count)
        y = x
        (visibility, depth) = Self.means(track)
        for landmark in RawLandmarks.used.map(\.rawValue) {
            func smooth(_ raw: [Double]) -> [Double] {
                filter.apply(time.resample(hampel.apply(raw), at: times, gap: parameters.gapMaximum.value))
            }
            let raw = landmarks.take(landmark)
            (x[landmark], y[landmark]) = (smooth(raw.x), smooth(raw.y))
        }
        guard let torso else { return }
        let still = StillJoints(
            extent: parameters.stillExtent.value,
            window: Int((parameters.stillWindow.value * parameters.sampleRate.value).rounded()))
        for landmark in RawLandmarks.used.map(\.rawValue) {
            (x[landmark], y[landmark]) = still.apply(x[landmark], y[landmark], torso: torso)
        }
    }

    /// One person's joints, left and right kept apart, on bones of their own length. Visibility alone is unsafe: the
    /// network calls hidden joints visible.
    private mutating func plausible(_ track: PoseTrack, _ parameters: SignalParameters) -> RawLandmarks {
        var landmarks = RawLandmarks(track, visibilityMinimum: parameters.visibilityMinimum.value)
        let others = PersonContinuity(jump: parameters.personJump.value, scale: parameters.personScale.value)
            .apply(&landmarks)
        otherPeople = Double(others) / Double(max(track.frames.count, 1))
        SideSwaps(
            ratio: parameters.swapRatio.value, margin: parameters.swapMargin.value,
            patience: parameters.gapMaximum.value
        ).apply(&landmarks)
        Jitter(maximum: parameters.jitterMaximum.value).apply(&landmarks)
        BoneStretch(maximum: parameters.boneStretch.value, anatomy: parameters.boneMaximum.value).apply(&landmarks)
        return landmarks
    }

    /// Of visibility and depth over the frames with a person, by landmark.
    private static func means(_ track: PoseTrack) -> (visibility: [Double], depth: [Double]) {
        var visibility = [Double](repeating: 0, count: BodyLandmark.count)
        var depth = visibility
        var count = 0.0
        for frame in track.frames where frame.detected && frame.raw.count == BodyLandmark.count {
            count += 1
            for (index, landmark) in frame.raw.enumerated() {
                visibility[index] += Double(landmark.visibility)
                depth[index] += Double(landmark.z)
            }
        }
        return (visibility.map { $0 / max(count, 1) }, depth.map { $0 / max(count, 1) })
    }

    private static func azimuth(_ frame: PoseFrame) -> Double {
        guard frame.world.count == BodyLandmark.count else { return .nan }
        func turn(_ left: BodyLandmark, _ right: BodyLandmark) -> Double {
            let (a, b) = (frame.world[left.rawValue], frame.world[right.rawValue])
            return atan2(abs(Double(a.z - b.z)), abs(Double(a.x - b.x))) * 180 / .pi
        }
        return (turn(.leftShoulder, .rightShoulder) + turn(.leftHip, .rightHip)) / 2
    }

    var count: Int { time.count }

    func point(_ landmark: BodyLandmark, _ index: Int) -> Vector2 {
        Vector2(x: x[landmark.rawValue][index], y: y[landmark.rawValue][index])
    }

    func meanVisibility(_ landmarks: [BodyLandmark]) -> Double {
        landmarks.reduce(0) { $0 + visibility[$1.rawValue] } / Double(max(landmarks.count, 1))
    }

    func meanDepth(_ landmarks: [BodyLandmark]) -> Double {
        landmarks.reduce(0) { $0 + depth[$1.rawValue] } / Double(max(landmarks.count, 1))
    }
}
