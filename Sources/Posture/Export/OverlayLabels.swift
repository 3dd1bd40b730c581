package import Domain
import Foundation

/// What an overlay says of each frame: the rep counter and the angles of the joints that the camera sees best.
package struct OverlayLabels {
    package struct Frame: Equatable, Sendable {
        package var lines: [String]
        package var angles: [Angle]
    }

    package struct Angle: Equatable, Sendable {
        package var joint: BodyLandmark
        package var text: String
    }

    private let report: PostureReport
    private let measures: PostureMeasures
    private let track: PoseTrack
    private let joints: [(joint: BodyLandmark, values: [Double])]

    package init(_ track: PoseTrack, _ report: PostureReport, rules: RuleSet) {
        self.report = report
        self.track = track
        measures = PostureMeasures(series: LandmarkSeries(track, rules.signal), view: report.view)
        let sides: [Limbs] = report.view == .front ? [.left, .right] : [measures.near]
        joints = sides.flatMap { [measures] side in
            [
                (side.knee, measures.values(.knee, of: side)), (side.hip, measures.values(.hip, of: side)),
                (side.elbow, measures.values(.elbow, of: side)),
            ]
        }
    }

    /// By the frame's number, from 0.
    package subscript(number: Int) -> Frame {
        let time = track.frames[number].time
        let index = measures.series.time.index(time)
        let angles = joints.compactMap { joint, values -> Angle? in
            guard values.indices.contains(index), values[index].isFinite else { return nil }
            return Angle(joint: joint, text: "\(Int(values[index].rounded()))°")
        }
        return Frame(lines: lines(time), angles: angles)
    }

    private func lines(_ time: Double) -> [String] {
        let title = report.exercise.rawValue.replacing("-", with: " ")
        if report.summary.hold != nil { return [title, String(format: "%.1f s", time)] }
        let done = report.reps.count { $0.end <= time && $0.kind == .full }
        let total = report.reps.count { $0.kind == .full }
        let current = report.reps.first { $0.start <= time && time < $0.end }
        return [title, "reps \(done)/\(total)"] + (current.map { ["rep \($0.index) \($0.kind.rawValue)"] } ?? [])
    }
}
