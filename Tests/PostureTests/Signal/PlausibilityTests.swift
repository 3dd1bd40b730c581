import Domain
import Testing

@testable import Posture

/// Landmarks that the network is sure of and that cannot be.
@Suite struct PlausibilityTests {
    private let rules = try! RuleSet.bundled()
    private let course = Course(reps: 3)

    private func squats(azimuth: Double = 90) -> PoseTrack {
        StickFigure(azimuth: azimuth).track(course.seconds) { .squat(course.value($0)) }
    }

    private func largestDifference(_ a: PoseTrack, _ b: PoseTrack, _ landmark: BodyLandmark) -> Double {
        let (first, second) = (a.series(rules), b.series(rules))
        return (0..<first.count).map { (first.point(landmark, $0) - second.point(landmark, $0)).length }
            .filter { !$0.isNaN }.max() ?? .infinity
    }

    @Test("Sides that were exchanged on some frames are put right", arguments: [60..<63, 75..<105])
    func exchangedSides(frames: Range<Int>) {
        let clean = squats(azimuth: 0)
        let confused = clean.mapped { index, frame in
            if frames.contains(index) { frame.exchangeSides() }
        }
        for landmark in [BodyLandmark.leftKnee, .rightAnkle, .leftWrist] {
            #expect(largestDifference(clean, confused, landmark) < 1)
        }
    }

    @Test("Legs that change places little by little and come back at once leave the rest of the clip as it was")
    func creepingExchange() {
        let clean = squats(azimuth: 0)
        let confused = clean.mapped { index, frame in
            guard (60..<75).contains(index) else { return }
            let share = Float(index - 59) / 15
            for (left, right) in [
                (BodyLandmark.leftKnee, BodyLandmark.rightKnee), (.leftAnkle, .rightAnkle), (.leftHeel, .rightHeel),
                (.leftFootIndex, .rightFootIndex),
            ] {
                let (a, b) = (frame[left], frame[right])
                (frame[left].x, frame[right].x) = (a.x + share * (b.x - a.x), b.x + share * (a.x - b.x))
            }
        }
        let (first, second) = (clean.series(rules), confused.series(rules))
        let (before, after) = (first.time.index(50.0 / 30), first.time.index(85.0 / 30))
        for index in Array(0..<before) + Array(after..<first.count) {
            let difference = first.point(.leftAnkle, index) - second.point(.leftAnkle, index)
            #expect(difference.length < 2, "sample \(index)")
        }
    }

    @Test("A knee far from its hip is no knee")
    func stretchedBone() {
        let clean = squats()
        // Longer than the window of the outlier filter, so only the bone's length speaks against it.
        let stretched = clean.mapped { index, frame in
            if (60..<80).contains(index) { frame[.leftKnee].x += 0.25 }
        }
        let series = stretched.series(rules)
        let moment = series.time.index(70.0 / 30)
        #expect(series.point(.leftKnee, moment).x.isNaN)
        #expect(!series.point(.leftHip, moment).x.isNaN)
    }

    @Test("A side that is hidden most of the time does not tell how long a bone is")
    func hiddenSide() {
        // The far forearm is drawn half as long on the few frames on which it is drawn at all.
        let track = squats().mapped { index, frame in
            let (elbow, wrist) = (frame[.rightElbow], frame[.rightWrist])
            frame[.rightWrist].x = elbow.x + 0.5 * (wrist.x - elbow.x)
            frame[.rightWrist].y = elbow.y + 0.5 * (wrist.y - elbow.y)
            if index % 3 != 0 { frame[.rightElbow].visibility = 0.1 }
        }
        let series = track.series(rules)
        let seen = (0..<series.count).count { !series.point(.leftWrist, $0).x.isNaN }
        #expect(seen == series.count)
    }

    @Test("A single jump of a joint leaves no trace")
    func jump() {
        let clean = squats()
        let jumped = clean.mapped { index, frame in
            if index == 66 { frame[.leftAnkle].y -= 0.15 }
        }
        #expect(largestDifference(clean, jumped, .leftAnkle) < 2)
    }

    @Test("Joints that the network itself doubts are not used")
    func doubted() {
        let series = squats().mapped { _, frame in frame.hide([.leftKnee]) }.series(rules)
        #expect((0..<series.count).allSatisfy { series.point(.leftKnee, $0).x.isNaN })
    }

    @Test("Frames on which the tracker was on somebody else are left out")
    func otherPerson() {
        let clean = squats()
        let hopping = clean.mapped { index, frame in
            guard (70..<90).contains(index) else { return }
            for landmark in BodyLandmark.allCases { frame[landmark].x -= 0.45 }
        }
        let series = hopping.series(rules)
        #expect(abs(series.otherPeople - 20 / Double(clean.frames.count)) < 0.001)
        #expect(series.point(.leftHip, series.time.index(80.0 / 30)).x.isNaN)
        #expect(clean.series(rules).otherPeople == 0)
    }

    @Test("Somebody who walks through the picture is one person")
    func walking() {
        let track = StickFigure(width: 1280).track(4) { time in
            StickFigure.Pose(thigh: 10, root: (along: -2 + time, across: 0))
        }
        #expect(track.series(rules).otherPeople == 0)
    }
}
