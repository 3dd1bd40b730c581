import Domain

/// Left or right landmarks of one side.
struct Limbs {
    let ear, shoulder, elbow, wrist, hip, knee, ankle, heel, footIndex: BodyLandmark

    static let left = Limbs(
        ear: .leftEar, shoulder: .leftShoulder, elbow: .leftElbow, wrist: .leftWrist, hip: .leftHip, knee: .leftKnee,
        ankle: .leftAnkle, heel: .leftHeel, footIndex: .leftFootIndex)
    static let right = Limbs(
        ear: .rightEar, shoulder: .rightShoulder, elbow: .rightElbow, wrist: .rightWrist, hip: .rightHip,
        knee: .rightKnee, ankle: .rightAnkle, heel: .rightHeel, footIndex: .rightFootIndex)
}
