/// What can be measured of a posture at one moment. The raw value is its name in the rules. Angles in degrees.
enum Measure: String, Codable, CaseIterable, Sendable {
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
    /// Knee inside the line from hip to ankle, the worse side.
    case fppa
    case pelvisTilt = "pelvis_tilt"
    case shoulderTilt = "shoulder_tilt"
    case headTilt = "head_tilt"
    /// Trunk against the vertical, seen from the front.
    case lateralLean = "lateral_lean"
    /// Wrist from ankle along the ground, per cent of body height.
    case wristAnkleOffset = "wrist_ankle_offset"
    /// Height difference of the wrists, per cent of torso length.
    case wristDifference = "wrist_difference"
    /// Lower wrist above the nose, per cent of torso length.
    case wristsAboveHead = "wrists_above_head"
    /// Distance of the ankles in shoulder widths.
    case ankleSpread = "ankle_spread"
    /// Difference of the two shoulder angles.
    case armDifference = "arm_difference"

    /// With the unit where that is not degrees.
    var columnName: String {
        switch self {
        case .heelRise, .hipHeight: rawValue + "_pct_leg"
        case .wristAnkleOffset: rawValue + "_pct_height"
        case .wristDifference, .wristsAboveHead: rawValue + "_pct_torso"
        case .ankleSpread: rawValue + "_shoulder_widths"
        default: rawValue + "_deg"
        }
    }
}
