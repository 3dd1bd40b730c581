import Domain
import Foundation

/// Measures over time. In a side or oblique view joints are read on the limb nearer to the camera; from the front both
/// sides are averaged.
struct PostureMeasures {
    let series: LandmarkSeries
    let view: CameraView
    let near: Limbs
    private let lengths: LimbLengths

    init(series: LandmarkSeries, view: CameraView) {
        self.series = series
        self.view = view
        let joints: (Limbs) -> [BodyLandmark] = { [$0.shoulder, $0.hip] }
        near = series.meanDepth(joints(.left)) <= series.meanDepth(joints(.right)) ? .left : .right
        lengths = LimbLengths(series)
    }

    func values(_ measure: Measure) -> [Double] {
        (0..<series.count).map { value(measure, $0) }
    }

    private func value(_ measure: Measure, _ index: Int) -> Double {
        switch measure {
        case .knee: joint(index) { ($0.hip, $0.knee, $0.ankle) }
        case .hip: joint(index) { ($0.shoulder, $0.hip, $0.knee) }
        case .elbow: joint(index) { ($0.shoulder, $0.elbow, $0.wrist) }
        case .shoulder: joint(index) { ($0.elbow, $0.shoulder, $0.hip) }
        case .bodyLine: joint(index) { ($0.shoulder, $0.hip, $0.ankle) }
        case .kneeBend: 180 - value(.knee, index)
        case .forearmRaise: (forearmRaise(.left, index) + forearmRaise(.right, index)) / 2
        case .frontKnee: min(angle(.left, index), angle(.right, index))
        case .trunk, .lateralLean: trunk(index)
        case .trunkMinusShin: trunk(index) - Vector2.inclination(from: at(near.ankle, index), to: at(near.knee, index))
        case .thighLevel: thighLevel(index)
        case .hipBelowLine: hipBelowLine(index)
        case .neck: 180 - Vector2.angle(at(near.ear, index), at(near.shoulder, index), at(near.hip, index))
        case .heelRise: heelRise(index)
        case .hipHeight: hipHeight(index)
        case .fppa: max(fppa(.left, index), fppa(.right, index))
        case .pelvisTilt: Vector2.tilt(at(.leftHip, index), at(.rightHip, index))
        case .shoulderTilt: Vector2.tilt(at(.leftShoulder, index), at(.rightShoulder, index))
        case .headTilt: Vector2.tilt(at(.leftEar, index), at(.rightEar, index))
        case .wristAnkleOffset:
            100 * abs(at(near.wrist, index).x - at(near.ankle, index).x) / bodyHeight(index)
        case .wristDifference:
            100 * abs(at(.leftWrist, index).y - at(.rightWrist, index).y) / torso(index)
        case .wristsAboveHead:
            100 * (at(.nose, index).y - max(at(.leftWrist, index).y, at(.rightWrist, index).y)) / torso(index)
        case .ankleSpread:
            (at(.leftAnkle, index) - at(.rightAnkle, index)).length
                / (at(.leftShoulder, index) - at(.rightShoulder, index)).length
        case .armDifference: abs(arm(.left, index) - arm(.right, index))
        }
    }

    private func at(_ landmark: BodyLandmark, _ index: Int) -> Vector2 { series.point(landmark, index) }

    private func joint(
        _ index: Int, _ corners: (Limbs) -> (BodyLandmark, BodyLandmark, BodyLandmark)
    ) -> Double {
        func angle(_ limbs: Limbs) -> Double {
            let (a, corner, b) = corners(limbs)
            return Vector2.angle(at(a, index), at(corner, index), at(b, index))
        }
        return view == .front ? (angle(.left) + angle(.right)) / 2 : angle(near)
    }

    private func angle(_ limbs: Limbs, _ index: Int) -> Double {
        Vector2.angle(at(limbs.hip, index), at(limbs.knee, index), at(limbs.ankle, index))
    }

    private func arm(_ limbs: Limbs, _ index: Int) -> Double {
        Vector2.angle(at(limbs.elbow, index), at(limbs.shoulder, index), at(limbs.hip, index))
    }

    private func middle(_ a: BodyLandmark, _ b: BodyLandmark, _ index: Int) -> Vector2 {
        Vector2.middle(at(a, index), at(b, index))
    }

    /// 180 with the forearm hanging, 0 with it straight up.
    private func forearmRaise(_ limbs: Limbs, _ index: Int) -> Double {
        let lift = (at(limbs.elbow, index).y - at(limbs.wrist, index).y) / lengths[limbs].forearm
        return lift.isNaN ? .nan : acos(min(max(lift, -1), 1)) * 180 / .pi
    }

    private func trunk(_ index: Int) -> Double {
        Vector2.inclination(
            from: middle(.leftHip, .rightHip, index), to: middle(.leftShoulder, .rightShoulder, index))
    }

    func hips(_ index: Int) -> Vector2 { middle(.leftHip, .rightHip, index) }

    func torso(_ index: Int) -> Double {
        (middle(.leftHip, .rightHip, index) - middle(.leftShoulder, .rightShoulder, index)).length
    }

    /// Ear to ankle by way of the joints, so that it does not shrink in a squat.
    private func bodyHeight(_ index: Int) -> Double {
        let chain = [near.ear, near.shoulder, near.hip, near.knee, near.ankle].map { at($0, index) }
        return zip(chain, chain.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).length }
    }

    private func thighLevel(_ index: Int) -> Double {
        // The inclination of knee to hip is 0 when the thigh stands upright.
        90 - Vector2.inclination(from: at(near.knee, index), to: at(near.hip, index))
    }

    private func hipBelowLine(_ index: Int) -> Double {
        let (shoulder, hip, ankle) = (at(near.shoulder, index), at(near.hip, index), at(near.ankle, index))
        let bend = 180 - Vector2.angle(shoulder, hip, ankle)
        let share = (hip.x - shoulder.x) / (ankle.x - shoulder.x)
        let line = shoulder.y + share * (ankle.y - shoulder.y)
        return hip.y > line ? bend : -bend
    }

    private func heelRise(_ index: Int) -> Double {
        let (hip, knee, ankle) = (at(near.hip, index), at(near.knee, index), at(near.ankle, index))
        let leg = (hip - knee).length + (knee - ankle).length
        return 100 * (at(near.footIndex, index).y - at(near.heel, index).y) / leg
    }

    private func hipHeight(_ index: Int) -> Double {
        let leg = (lengths[.left].leg + lengths[.right].leg) / 2
        return 100 * (middle(.leftAnkle, .rightAnkle, index).y - middle(.leftHip, .rightHip, index).y) / leg
    }

    /// Frontal-plane projection angle, positive when the knee lies inside the line from hip to ankle. By the knee's
    /// distance from that line and the full lengths of thigh and shank: the angle in the picture grows without bound
    /// as a squat foreshortens the thigh.
    private func fppa(_ limbs: Limbs, _ index: Int) -> Double {
        let (hip, knee, ankle) = (at(limbs.hip, index), at(limbs.knee, index), at(limbs.ankle, index))
        let length = lengths[limbs]
        let line = hip.x + length.thigh / length.leg * (ankle.x - hip.x)
        let inward = middle(.leftHip, .rightHip, index).x > hip.x ? 1.0 : -1.0
        let offset = (knee.x - line) * inward
        guard !offset.isNaN else { return .nan }
        return (asin(min(max(offset / length.thigh, -1), 1)) + asin(min(max(offset / length.shank, -1), 1))) * 180 / .pi
    }
}
