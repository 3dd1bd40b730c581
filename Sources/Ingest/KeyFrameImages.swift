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

/// Pictures at chosen times, by a second pass that decodes no more than it must.
package enum KeyFrameImages {
    /// `times` in presentation seconds from the first frame; each gives the frame that is on screen then. The longest
    /// side is at most `longestSide` pixels. In ascending order of time.
    package static func jpegs(
        from source: ClipSource, at times: [Double], longestSide: Int = 960, limits: MediaLimits = .default,
        threads: Int = 1
    ) throws(MediaError) -> [KeyFrameImage] {
        var images: [KeyFrameImage] = []
        let walk = Walk(source, limits, threads: threads)
        for time in times.sorted() {
            guard let frame = try walk.frame(at: time) else { break }
            images.append(KeyFrameImage(time: time, jpeg: try JPEGEncoder.encode(frame, longestSide: longestSide)))
        }
        return images
    }

    /// Goes forward through a clip from picture to picture.
    private final class Walk {
        /// A picture is expected to stay on screen no longer than this, in seconds; where one does, more is decoded.
        private static let longestShown = 0.5

        private let open: () throws(MediaError) -> FrameReader
        private var reader: FrameReader?
        private var shown: VideoFrame?
        private var upcoming: VideoFrame?

        init(_ source: ClipSource, _ limits: MediaLimits, threads: Int) {
            open = { () throws(MediaError) in try FrameReader(source, limits: limits, mode: .planes, threads: threads) }
        }

        /// The frame that is on screen at `time`, which is not before the last one asked for; nil in an empty clip.
        func frame(at time: Double) throws(MediaError) -> VideoFrame? {
            if reader == nil { try restart() }
            if let position = (upcoming ?? shown)?.time, time - position > 2 * Self.longestShown {
                if reader?.advance(to: time - Self.longestShown) == true {
                    (shown, upcoming) = (nil, nil)
                } else {
                    try restart()
                }
            }
            try go(to: time)
            if shown == nil {
                // Its time lies farther back than where reading went on.
                try restart()
                try go(to: time)
            }
            return shown
        }

        private func restart() throws(MediaError) {
            reader = try open()
            (shown, upcoming) = (try reader?.next(), nil)
        }

        private func go(to time: Double) throws(MediaError) {
            while true {
                if upcoming == nil { upcoming = try reader?.next() }
                // Half a millisecond: times in reports are rounded.
                guard let next = upcoming, next.time <= time + 0.0005 else { return }
                (shown, upcoming) = (next, nil)
            }
        }
    }
}
