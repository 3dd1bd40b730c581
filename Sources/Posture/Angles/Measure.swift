import Domain

/// What can be measured of a posture at one moment. The raw value is its name in the rules. Angles in degrees.
enum Measure: String, RuleWord, Sendable {
    // Joint angles of the nearer limb, or the mean of both where the camera sees both alike.
    case knee, hip, elbow, shoulder
    /// The elbow's angle from how far the forearm is raised: for a forearm that moves towards the camera. Mean of both.
    case forearmRaise = "forearm_raise"
    /// The smaller of the two knee angles.
    case frontKnee = "front_knee"
    /// 180 - knee.
    case kneeBend = "knee_bend"
    /// Mid-hip to mid-shoulder against the vertical.
    case trunk
    /// The trunk's lean away from where the feet point, negative when it leans forward.
    case leanBack = "lean_back"
    case trunkMinusShin = "trunk_minus_shin"
    /// Hip above knee: thigh against the horizontal, negative when the hip is below the knee.
    case thighLevel = "thigh_level"
    /// Shoulder-hip-ankle.
    case bodyLine = "body_line"
    /// 180 - body line, positive when the hip lies below the line from shoulder to ankle.
    case hipBelowLine = "hip_below_line"
    /// Bend of ear-shoulder-hip away from straight.
    case neck
    /// Heel above the foot's ball, per cent of leg length.
    case heelRise = "heel_rise"
    /// Hips above the ankles, per cent of leg length.
    case hipHeight = "hip_height"
    /// Wrists above the shoulders, per cent of torso length, negative when they hang.
    case wristHeight = "wrist_height"
    /// Distance of the ankles, per cent of leg length.
    case stride
    /// Front knee beyond the tip of its foot, per cent of leg length.
    case kneePastToe = "knee_past_toe"
    /// Knee inside the line from hip to ankle, the worse side.
    case fppa
    /// Distance of the knees over that of the ankles.
    case kneeWidth = "knee_width"
    case pelvisTilt = "pelvis_tilt"
    case shoulderTilt = "shoulder_tilt"
    case headTilt = "head_tilt"
    /// Trunk against the vertical, seen from the front.
    case lateralLean = "lateral_lean"
    /// Wrist from ankle along the ground, per cent of body height.
    case wristAnkleOffset = "wrist_ankle_offset"
    /// Shoulder from elbow along the ground, per cent of torso length.
    case shoulderOffset = "shoulder_offset"
    /// Elbow behind the line from hip to shoulder, per cent of torso length, negative in front of it.
    case elbowPastTrunk = "elbow_past_trunk"
    /// How much faster the hips rise than the shoulders; no value while neither moves.
    case hipLead = "hip_lead"
    /// Height difference of the wrists, per cent of torso length.
    case wristDifference = "wrist_difference"
    /// Lower wrist above the nose, per cent of torso length.
    case wristsAboveHead = "wrists_above_head"
    /// Distance of the ankles in shoulder widths.
    case ankleSpread = "ankle_spread"
    /// Difference of the two shoulder angles.
    case armDifference = "arm_difference"

    var unit: MeasureUnit {
        switch self {
        case .heelRise, .hipHeight, .stride, .kneePastToe: .legLength
        case .wristAnkleOffset: .height
        case .wristDifference, .wristsAboveHead, .wristHeight, .shoulderOffset, .elbowPastTrunk: .torso
        case .ankleSpread: .shoulderWidths
        case .kneeWidth, .hipLead: .ratio
        default: .degrees
        }
    }

    /// With the unit.
    var columnName: String { "\(rawValue)_\(unit.columnSuffix)" }
}

/// Units of measures, as they stand in rule files and reports.
enum MeasureUnit: String, RuleWord, Sendable {
    case degrees = "deg"
    case legLength = "% of leg length"
    case height = "% of height"
    case torso = "% of torso length"
    case shoulderWidths = "shoulder widths"
    case ratio

    fileprivate var columnSuffix: String {
        switch self {
        case .degrees: "deg"
        case .legLength: "pct_leg"
        case .height: "pct_height"
        case .torso: "pct_torso"
        case .shoulderWidths: "shoulder_widths"
        case .ratio: "ratio"
        }
    }
}
