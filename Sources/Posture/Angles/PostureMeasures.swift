import Domain
import Foundation

/// Measures over time. In a side or oblique view joints are read on the limb nearer to the camera; from the front both
/// sides are averaged.
struct PostureMeasures {
    let series: LandmarkSeries
    var view: CameraView
    let near: Limbs
    let lengths: LimbLengths
    /// Which way the feet point in the picture: 1 right, -1 left.
    private let facing: Double

    init(series: LandmarkSeries, view: CameraView) {
        self.series = series
        self.view = view
        let joints: (Limbs) -> [BodyLandmark] = { [$0.shoulder, $0.hip] }
        near = series.meanDepth(joints(.left)) <= series.meanDepth(joints(.right)) ? .left : .right
        lengths = LimbLengths(series)
        facing = Self.facing(series)
    }

    private static func facing(_ series: LandmarkSeries) -> Double {
        var sum = 0.0
        for index in stride(from: 0, to: series.count, by: 6) {
            for limbs in [Limbs.left, .right] {
                let reach = series.point(limbs.footIndex, index).x - series.point(limbs.heel, index).x
                if !reach.isNaN { sum += reach }
            }
        }
        return sum < 0 ? -1 : 1
    }

    func values(_ measure: Measure) -> [Double] {
        (0..<series.count).map { value(measure, $0) }
    }

    /// A joint's angle on one side.
    func values(_ joint: Measure, of limbs: Limbs) -> [Double] {
        (0..<series.count).map { index in
            switch joint {
            case .hip: Vector2.angle(at(limbs.shoulder, index), at(limbs.hip, index), at(limbs.knee, index))
            case .elbow: Vector2.angle(at(limbs.shoulder, index), at(limbs.elbow, index), at(limbs.wrist, index))
            case .shoulder: arm(limbs, index)
            default: angle(limbs, index)
            }
        }
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
        case .leanBack: leanBack(index)
        case .trunkMinusShin: trunk(index) - Vector2.inclination(from: at(near.ankle, index), to: at(near.knee, index))
        case .thighLevel: thighLevel(index)
        case .hipBelowLine: hipBelowLine(index)
        case .neck: 180 - Vector2.angle(at(near.ear, index), at(near.shoulder, index), at(near.hip, index))
        case .heelRise: heelRise(index)
        case .hipHeight: hipHeight(index)
        case .wristHeight: wristHeight(index)
        case .stride: 100 * (at(.leftAnkle, index) - at(.rightAnkle, index)).length / leg
        case .kneePastToe: kneePastToe(index)
        case .kneeWidth:
            abs(at(.leftKnee, index).x - at(.rightKnee, index).x)
                / abs(at(.leftAnkle, index).x - at(.rightAnkle, index).x)
        case .shoulderOffset:
            100 * abs(at(near.shoulder, index).x - at(near.elbow, index).x) / torso(index)
        case .elbowPastTrunk: elbowPastTrunk(index)
        case .hipLead: hipLead(index)
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

    private func shoulders(_ index: Int) -> Vector2 { middle(.leftShoulder, .rightShoulder, index) }

    /// Full length of a leg, pixels.
    private var leg: Double { (lengths[.left].leg + lengths[.right].leg) / 2 }

    func torso(_ index: Int) -> Double {
        (middle(.leftHip, .rightHip, index) - middle(.leftShoulder, .rightShoulder, index)).length
    }

    /// Ear to ankle by way of the joints, so that it does not shrink in a squat.
    private func bodyHeight(_ index: Int) -> Double {
        let chain = [near.ear, near.shoulder, near.hip, near.knee, near.ankle].map { at($0, index) }
        return zip(chain, chain.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).length }
    }

    private func leanBack(_ index: Int) -> Double {
        let (hip, shoulder) = (hips(index), shoulders(index))
        return atan2((hip.x - shoulder.x) * facing, hip.y - shoulder.y) * 180 / .pi
    }

    private func wristHeight(_ index: Int) -> Double {
        func height(_ limbs: Limbs) -> Double { at(limbs.shoulder, index).y - at(limbs.wrist, index).y }
        return 100 * (view == .front ? (height(.left) + height(.right)) / 2 : height(near)) / torso(index)
    }

    /// Of the leg that stands further ahead.
    private func kneePastToe(_ index: Int) -> Double {
        let ahead = (at(.leftAnkle, index).x - at(.rightAnkle, index).x) * facing > 0
        let front = ahead ? Limbs.left : .right
        return 100 * (at(front.knee, index).x - at(front.footIndex, index).x) * facing / leg
    }

    /// The back of a trunk that leads up and faces right is on the left, that of one bent over on top.
    private func elbowPastTrunk(_ index: Int) -> Double {
        let (hip, shoulder, elbow) = (at(near.hip, index), at(near.shoulder, index), at(near.elbow, index))
        let (line, reach) = (shoulder - hip, elbow - shoulder)
        return 100 * facing * (line.y * reach.x - line.x * reach.y) / (line.length * line.length)
    }

    /// Over a third of a second; both rise, and together at least a tenth of a torso a second.
    private func hipLead(_ index: Int) -> Double {
        let half = Int(series.time.rate / 6)
        guard index >= half, index + half < series.count else { return .nan }
        let (before, after) = (index - half, index + half)
        let hip = hips(before).y - hips(after).y
        let shoulder = shoulders(before).y - shoulders(after).y
        let least = 0.1 * torso(index) / 3
        return hip + shoulder > 2 * least && hip > 0 ? hip / max(shoulder, least) : .nan
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
        let length = (hip - knee).length + (knee - ankle).length
        return 100 * (at(near.footIndex, index).y - at(near.heel, index).y) / length
    }

    private func hipHeight(_ index: Int) -> Double {
        100 * (middle(.leftAnkle, .rightAnkle, index).y - middle(.leftHip, .rightHip, index).y) / leg
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
