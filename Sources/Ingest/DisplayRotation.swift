internal import CFFmpeg

/// The turn that a phone writes into the file instead of turning the picture.
enum DisplayRotation {
    /// Clockwise degrees: 0, 90, 180 or 270. A matrix that is no such turn is an error. Mirroring is not undone, as in
    /// the usual players' thumbnails.
    static func clockwise(_ stream: UnsafeMutablePointer<AVStream>) throws(MediaError) -> Int {
        var size = 0
        guard let data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size), size >= 36 else { return 0 }
        let angle = data.withMemoryRebound(to: Int32.self, capacity: 9) { -av_display_rotation_get($0) }
        let quarter = (angle / 90).rounded()
        guard angle.isFinite, abs(angle - quarter * 90) < 1 else {
            throw MediaError(
                code: .badRotation,
                message: "The file says that its picture is to be turned in a way that is no quarter turn. Export the "
                    + "clip again, upright.")
        }
        return ((Int(quarter) * 90) % 360 + 360) % 360
    }
}
