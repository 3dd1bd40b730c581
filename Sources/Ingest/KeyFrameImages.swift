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
    ///
    /// - Parameter frames: the times of the clip's frames, as a reader gave them, ascending and not empty.
    package static func jpegs(
        from source: ClipSource, at times: [Double], among frames: [Double], longestSide: Int = 960,
        limits: MediaLimits = .default, threads: Int = 1
    ) throws(MediaError) -> [KeyFrameImage] {
        var images: [KeyFrameImage] = []
        let walk = Walk(source, limits, threads: threads)
        for time in times.sorted() {
            guard let frame = try walk.frame(at: onScreen(at: time, frames)) else { break }
            images.append(KeyFrameImage(time: time, jpeg: try JPEGEncoder.encode(frame, longestSide: longestSide)))
        }
        return images
    }

    /// Time of the frame that is shown at `time`.
    private static func onScreen(at time: Double, _ frames: [Double]) -> Double {
        // Half a millisecond: times in reports are rounded.
        frames.latest(notAfter: time + 0.0005) ?? frames[0]
    }

    /// Goes forward through a clip from picture to picture.
    private final class Walk {
        private let open: () throws(MediaError) -> FrameReader
        private var reader: FrameReader?
        private var shown: VideoFrame?
        /// False once the clip turned out to have no way in, or times that depend on where reading begins: then every
        /// frame is read.
        private var passesOver = true

        init(_ source: ClipSource, _ limits: MediaLimits, threads: Int) {
            open = { () throws(MediaError) in try FrameReader(source, limits: limits, mode: .planes, threads: threads) }
        }

        /// The frame whose time this is, which is not before the last one asked for; nil in an empty clip.
        func frame(at time: Double) throws(MediaError) -> VideoFrame? {
            if shown == nil { try restart() }
            if passesOver, let position = shown?.time, position < time {
                if reader?.advance(to: time) == true { try go(to: time) }
                passesOver = shown?.time == time
                if !passesOver { try restart() }
            }
            try go(to: time)
            return shown
        }

        private func restart() throws(MediaError) {
            reader = try open()
            shown = try reader?.next()
        }

        private func go(to time: Double) throws(MediaError) {
            while let position = shown?.time, position < time, let next = try reader?.next() { shown = next }
        }
    }
}
