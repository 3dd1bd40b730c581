internal import CFFmpeg
package import Domain

/// The clip with skeleton, angles and rep counter drawn into its pictures.
package enum OverlayVideo {
    /// What stands on one picture.
    package struct Labels: Sendable {
        /// Lines at the top left: rep counter first.
        package var lines: [String]
        /// Beside joints, such as `92°`.
        package var angles: [(joint: BodyLandmark, text: String)]

        package init(lines: [String], angles: [(joint: BodyLandmark, text: String)]) {
            (self.lines, self.angles) = (lines, angles)
        }
    }

    /// Decodes the clip once more and writes it to `path`. `labels` is asked by the frame's number; `progress` is told
    /// after each frame.
    package static func write(
        _ track: PoseTrack, of source: ClipSource, to path: String, threads: Int = 1,
        labels: (Int) -> Labels, progress: (Int) -> Void = { _ in }
    ) throws(MediaError) {
        let reader = try FrameReader(source, mode: .planes, threads: threads)
        guard var frame = try reader.next() else { return }
        // H.264 in 4:2:0 has even sizes.
        let (width, height) = (frame.width & ~1, frame.height & ~1)
        let rate = reader.info.averageFrameRate ?? 30
        let writer = try VideoWriter(path: path, width: width, height: height, frameRate: rate)
        let converter = PictureConverter(flags: SWS_AREA)
        var number = 0
        while true {
            let picture = try converter.convert(
                frame.avFrame, width: width, height: height, format: AV_PIX_FMT_YUV420P,
                colour: (frame.coding.shown, (SWS_CS_ITU601, false)))
            if number < track.frames.count {
                OverlayDrawing(canvas: Canvas(picture)).draw(track.frames[number], labels(number))
            }
            try writer.write(picture, at: frame.time)
            number += 1
            progress(number)
            guard let next = try reader.next() else { break }
            frame = next
        }
        try writer.finish()
    }
}

/// One picture's drawing.
struct OverlayDrawing {
    let canvas: Canvas

    private static let left = Canvas.Colour(red: 255, green: 168, blue: 38)
    private static let right = Canvas.Colour(red: 64, green: 196, blue: 255)
    private static let middle = Canvas.Colour(red: 240, green: 240, blue: 240)
    private static let shade = Canvas.Colour(red: 20, green: 20, blue: 24)

    private static let bones: [(BodyLandmark, BodyLandmark, Canvas.Colour)] = [
        (.leftShoulder, .leftElbow, left), (.leftElbow, .leftWrist, left), (.leftHip, .leftKnee, left),
        (.leftKnee, .leftAnkle, left), (.leftAnkle, .leftHeel, left), (.leftHeel, .leftFootIndex, left),
        (.leftShoulder, .leftHip, left), (.rightShoulder, .rightElbow, right), (.rightElbow, .rightWrist, right),
        (.rightHip, .rightKnee, right), (.rightKnee, .rightAnkle, right), (.rightAnkle, .rightHeel, right),
        (.rightHeel, .rightFootIndex, right), (.rightShoulder, .rightHip, right),
        (.leftShoulder, .rightShoulder, middle), (.leftHip, .rightHip, middle),
    ]

    /// Joints that the network doubts are left out, as on the feedback page.
    private static let visible: Float = 0.3

    func draw(_ frame: PoseFrame, _ labels: OverlayVideo.Labels) {
        let unit = Double(min(canvas.width, canvas.height)) / 100
        if frame.landmarks.count == BodyLandmark.count {
            skeleton(frame.landmarks, unit)
            for label in labels.angles {
                guard let place = place(frame.landmarks, label.joint) else { continue }
                write(label.text, x: place.x + 2.5 * unit, y: place.y - 1.5 * unit, size: 3 * unit)
            }
        }
        for (index, line) in labels.lines.enumerated() {
            write(line, x: 3 * unit, y: (3 + 7 * Double(index)) * unit, size: 4 * unit)
        }
    }

    private func skeleton(_ landmarks: [Landmark], _ unit: Double) {
        for (a, b, colour) in Self.bones {
            guard let from = place(landmarks, a), let to = place(landmarks, b) else { continue }
            canvas.line(from: from, to: to, width: max(0.9 * unit, 2), colour)
        }
        for joint in Set(Self.bones.flatMap { [$0.0, $0.1] }).sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let place = place(landmarks, joint) else { continue }
            canvas.dot(place.x, place.y, radius: max(0.8 * unit, 2), Self.middle)
        }
    }

    private func place(_ landmarks: [Landmark], _ joint: BodyLandmark) -> (x: Double, y: Double)? {
        let landmark = landmarks[joint.rawValue]
        guard landmark.visibility >= Self.visible else { return nil }
        return (Double(landmark.x) * Double(canvas.width), Double(landmark.y) * Double(canvas.height))
    }

    /// On a dark ground, so that it reads on any picture.
    private func write(_ text: String, x: Double, y: Double, size: Double) {
        guard !text.isEmpty else { return }
        let pad = size / 2.5
        canvas.fill(
            x: Int(x - pad), y: Int(y - pad), width: Int(Canvas.textWidth(text, size: size) + 2 * pad),
            height: Int(size + 2 * pad), Self.shade)
        canvas.text(text, x: x, y: y, size: size, Self.middle)
    }
}
