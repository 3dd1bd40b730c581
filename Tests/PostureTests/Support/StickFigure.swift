import Domain
import Foundation
import Support

/// A person of sticks who moves as told and is filmed from where the test wants: tracks with known reps, without video.
struct StickFigure {
    /// Degrees from the vertical, forward positive, of each segment from its lower end up (arms: from the shoulder down).
    struct Pose {
        var shank = 0.0
        var thigh = 0.0
        var trunk = 0.0
        var upperArm = 0.0
        var forearm = 5.0
        /// Both knees towards each other, metres.
        var kneesIn = 0.0
        /// The ankles' place along and across, metres.
        var root = (along: 0.0, across: 0.0)
        /// The whole body tipped forward about the ankles, degrees: 90 lies prone.
        var tip = 0.0
        /// Half the distance of the feet, metres.
        var stance = 0.12

        /// 0 standing, 1 at the bottom, thighs a little below level.
        static func squat(_ depth: Double, lean: Double = 30) -> Pose {
            Pose(shank: 30 * depth, thigh: -95 * depth, trunk: lean * depth, upperArm: 80 * depth, forearm: 80 * depth)
        }

        /// 0 arms hanging, 1 hands at the shoulders.
        static func curl(_ height: Double) -> Pose { Pose(forearm: 5 + 135 * height) }

        /// 0 arms straight, 1 chest at the floor.
        static func pushUp(_ depth: Double, sag: Double = 0) -> Pose {
            Pose(thigh: sag, trunk: -sag, upperArm: 90 - 60 * depth, forearm: 90 + 50 * depth, tip: 80 + 6 * depth)
        }
    }

    var width = 640
    var height = 640
    /// Pixels a metre.
    var scale = 250.0
    /// Degrees: 0 facing the camera, 90 seen from the left side.
    var azimuth = 90.0
    var fps = 30.0
    /// Standard deviation of the landmarks, pixels.
    var noise = 0.0
    var seed: UInt64 = 1

    /// `pose` at each moment of `seconds`; nil: nobody is seen.
    func track(_ seconds: Double, _ pose: (Double) -> Pose?) -> PoseTrack {
        var random = SplitMix64(seed: seed)
        let frames = (0..<Int((seconds * fps).rounded())).map { index -> PoseFrame in
            let time = Double(index) / fps
            guard let pose = pose(time) else { return .lost(time: time) }
            let points = body(pose)
            let raw = points.map { point in
                let seen = project(point)
                return Landmark(
                    x: Float((seen.x + noise * random.normal()) / Double(width)),
                    y: Float((seen.y + noise * random.normal()) / Double(height)),
                    z: Float(seen.depth * scale / Double(width)), visibility: 0.98)
            }
            let world = points.map { point in
                let seen = turned(point)
                return WorldLandmark(x: Float(seen.x), y: Float(-seen.y), z: Float(seen.depth))
            }
            return PoseFrame(
                time: time, detected: true, flag: 0.99, region: nil, landmarks: raw, world: world, raw: raw)
        }
        return PoseTrack(width: width, height: height, frames: frames)
    }

    private typealias Point = (along: Double, up: Double, left: Double)

    /// Metres: right of the picture, up, away from the camera.
    private func turned(_ point: Point) -> (x: Double, y: Double, depth: Double) {
        let (s, c) = (sin(azimuth * .pi / 180), cos(azimuth * .pi / 180))
        return (point.along * s + point.left * c, point.up, -point.along * c - point.left * s)
    }

    private func project(_ point: Point) -> (x: Double, y: Double, depth: Double) {
        let seen = turned(point)
        return (Double(width) / 2 + scale * seen.x, Double(height) * 0.92 - scale * seen.y, seen.depth)
    }

    private func body(_ pose: Pose) -> [Point] {
        func step(_ from: Point, _ length: Double, _ angle: Double, left: Double = 0) -> Point {
            let radians = angle * .pi / 180
            return (from.along + length * sin(radians), from.up + length * cos(radians), from.left + left)
        }
        var points = [Point](repeating: (0, 0, 0), count: BodyLandmark.count)
        for side in [1.0, -1.0] {
            func put(_ left: BodyLandmark, _ point: Point) {
                points[left.rawValue + (side > 0 ? 0 : 1)] = point
            }
            let ankle: Point = (pose.root.along, 0.08, pose.root.across + side * pose.stance)
            let tip = pose.tip
            var knee = step(ankle, 0.43, tip + pose.shank)
            let hip = step(knee, 0.43, tip + pose.thigh, left: side * (0.1 - pose.stance))
            knee.left -= side * pose.kneesIn
            let shoulder = step(hip, 0.5, tip + pose.trunk, left: side * 0.08)
            let elbow = step(shoulder, 0.28, tip + 180 - pose.upperArm)
            let wrist = step(elbow, 0.25, tip + 180 - pose.forearm)
            let ear = step(shoulder, 0.2, tip + pose.trunk, left: side * -0.1)
            put(.leftAnkle, ankle)
            put(.leftHeel, (ankle.along - 0.06, 0.03, ankle.left))
            put(.leftFootIndex, (ankle.along + 0.18, 0.03, ankle.left))
            put(.leftKnee, knee)
            put(.leftHip, hip)
            put(.leftShoulder, shoulder)
            put(.leftElbow, elbow)
            put(.leftWrist, wrist)
            put(.leftEar, ear)
            points[BodyLandmark.nose.rawValue] = (ear.along + 0.1, ear.up, pose.root.across)
        }
        return points
    }
}

/// Movements between 0 and 1 along a minimum-jerk course.
struct Course {
    var leadIn = 1.0
    /// Seconds: out, held, back, rest.
    var phases = [1.0, 0.3, 0.9, 0.4]
    var reps = 5
    var leadOut = 1.0

    var repSeconds: Double { phases.reduce(0, +) }
    var seconds: Double { leadIn + Double(reps) * repSeconds + leadOut }

    func start(_ rep: Int) -> Double { leadIn + Double(rep) * repSeconds }

    func value(_ time: Double) -> Double {
        let since = time - leadIn
        guard since >= 0, since < Double(reps) * repSeconds else { return 0 }
        let inRep = since.truncatingRemainder(dividingBy: repSeconds)
        if inRep < phases[0] { return Self.minimumJerk(inRep / phases[0]) }
        if inRep < phases[0] + phases[1] { return 1 }
        let back = inRep - phases[0] - phases[1]
        return back < phases[2] ? 1 - Self.minimumJerk(back / phases[2]) : 0
    }

    private static func minimumJerk(_ s: Double) -> Double { s * s * s * (10 - 15 * s + 6 * s * s) }
}

extension SplitMix64 {
    /// Sum of twelve uniform numbers: normal enough.
    mutating func normal() -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &self) }
    }
}
