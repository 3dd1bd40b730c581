internal import CFFmpeg

/// One picture of a clip as JPEG.
package struct KeyFrameImage: Equatable, Sendable {
    /// The time that was asked for, seconds.
    package var time: Double
    package var jpeg: [UInt8]

    package init(time: Double, jpeg: [UInt8]) {
        (self.time, self.jpeg) = (time, jpeg)
    }
}

/// Pictures at chosen times, by a second pass that seeks.
package enum KeyFrameImages {
    /// `times` in presentation seconds from the first frame; each gives the frame that is on screen then. The longest
    /// side is at most `longestSide` pixels. In ascending order of time.
    package static func jpegs(
        from source: ClipSource, at times: [Double], longestSide: Int = 960, limits: MediaLimits = .default,
        threads: Int = 1
    ) throws(MediaError) -> [KeyFrameImage] {
        guard !times.isEmpty else { return [] }
        let reader = try FrameReader(source, limits: limits, mode: .planes, threads: threads)
        guard var shown = try reader.next() else { return [] }
        var upcoming: VideoFrame?
        var images: [KeyFrameImage] = []
        for time in times.sorted() {
            // A jump pays only when it skips more than the usual distance between key frames.
            if time - (upcoming?.time ?? shown.time) > 2, reader.seek(to: time) {
                guard let frame = try reader.nextAfterSeek() else { break }
                (shown, upcoming) = (frame, nil)
            }
            while true {
                if upcoming == nil { upcoming = try reader.nextAfterSeek() }
                guard let next = upcoming else { break }
                // Half a millisecond: times in reports are rounded.
                guard next.time <= time + 0.0005 else { break }
                (shown, upcoming) = (next, nil)
            }
            images.append(KeyFrameImage(time: time, jpeg: try JPEGEncoder.encode(shown, longestSide: longestSide)))
        }
        return images
    }
}
