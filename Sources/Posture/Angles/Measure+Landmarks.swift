import Domain

extension Measure {
    /// The landmarks that a value hangs on, of the nearer limb where only one is read.
    func landmarks(near: Limbs) -> [BodyLandmark] {
        let hips: [BodyLandmark] = [.leftHip, .rightHip]
        let shoulders: [BodyLandmark] = [.leftShoulder, .rightShoulder]
        let (knees, ankles, wrists): ([BodyLandmark], [BodyLandmark], [BodyLandmark]) = (
            [.leftKnee, .rightKnee], [.leftAnkle, .rightAnkle], [.leftWrist, .rightWrist]
        )
        switch self {
        case .knee, .kneeBend: return [near.hip, near.knee, near.ankle]
        case .hip: return [near.shoulder, near.hip, near.knee]
        case .elbow: return [near.shoulder, near.elbow, near.wrist]
        case .shoulder: return [near.elbow, near.shoulder, near.hip]
        case .bodyLine, .hipBelowLine: return [near.shoulder, near.hip, near.ankle]
        case .forearmRaise: return [.leftElbow, .rightElbow] + wrists
        case .frontKnee, .fppa: return hips + knees + ankles
        case .trunk, .leanBack, .lateralLean: return hips + shoulders
        case .trunkMinusShin: return hips + shoulders + [near.knee, near.ankle]
        case .thighLevel: return [near.hip, near.knee]
        case .neck: return [near.ear, near.shoulder, near.hip]
        case .heelRise: return [near.heel, near.footIndex]
        case .hipHeight, .stride: return hips + ankles
        case .wristHeight: return [near.shoulder, near.wrist]
        case .kneePastToe: return knees + [.leftFootIndex, .rightFootIndex]
        case .kneeWidth: return knees + ankles
        case .pelvisTilt: return hips
        case .shoulderTilt: return shoulders
        case .headTilt: return [.leftEar, .rightEar]
        case .wristAnkleOffset: return [near.wrist, near.ankle]
        case .shoulderOffset: return [near.shoulder, near.elbow]
        case .elbowPastTrunk: return [near.elbow, near.shoulder, near.hip]
        case .hipLead: return hips + shoulders
        case .wristDifference: return wrists
        case .wristsAboveHead: return wrists + [.nose]
        case .ankleSpread: return ankles + shoulders
        case .armDifference: return shoulders + hips + [.leftElbow, .rightElbow]
        }
    }
}
