internal import CFFmpeg
import Domain

/// Reads a clip's frames in presentation order, upright, under the limits for untrusted media. For one thread; calls
/// block it.
package final class FrameReader {
    package enum Mode: Sendable {
        /// 8-bit 4:2:0 planes as they were decoded, converted only where the clip is coded otherwise.
        case planes
        /// As `planes`, but a picture that no other one is predicted from may show the edges of the codec's blocks: good
        /// enough to find a pose in, not to look at.
        case roughPlanes
        /// Interleaved RGB as OpenCV's VideoCapture gives it: for comparisons with the reference.
        case rgb
    }

    package let info: MediaInfo
    private let demuxer: Demuxer
    private let decoder: Decoder
    private let limits: MediaLimits
    private let mode: Mode
    private let converter = PictureConverter()
    private let packet: UnsafeMutablePointer<AVPacket>
    private let decoded: UnsafeMutablePointer<AVFrame>
    private var clock: FrameClock
    private var count = 0
    private var isDraining = false
    /// Whether `packet` holds one that was read but not yet decoded.
    private var hasPacket = false
    /// In seconds; frames before it are passed over.
    private var entry: Double?
    /// Time of the last frame that was given out.
    private var latest = 0.0
    /// Size of the first frame before rotation; later frames of another size are scaled to it.
    private var codedSize: (width: Int, height: Int)?

    package convenience init(
        _ source: ClipSource, limits: MediaLimits = .default, mode: Mode = .planes, threads: Int = 1
    ) throws(MediaError) {
        try self.init(source, limits: limits, mode: mode) { _ in threads }
    }

    /// `threads` says how many the decoder gets, once it is known what the clip is.
    package init(
        _ source: ClipSource, limits: MediaLimits = .default, mode: Mode, threads: (MediaInfo) -> Int
    ) throws(MediaError) {
        demuxer = try Demuxer(source, limits: limits)
        info = Self.info(demuxer, rotation: try DisplayRotation.clockwise(demuxer.stream))
        decoder = try Decoder(
            demuxer.stream, limits: limits, smoothing: mode == .roughPlanes ? .references : .whole,
            threads: threads(info))
        clock = FrameClock(averageFrameRate: info.averageFrameRate)
        self.limits = limits
        self.mode = mode
        guard let packet = av_packet_alloc(), let decoded = av_frame_alloc() else { throw Picture.outOfMemory() }
        (self.packet, self.decoded) = (packet, decoded)
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
        var decoded: UnsafeMutablePointer<AVFrame>? = decoded
        av_frame_free(&decoded)
    }

    /// The next frame; nil at the end. A clip without a single frame is an error, a broken end is an end.
    package func next() throws(MediaError) -> VideoFrame? {
        guard try decodeNext() else {
            guard count > 0 else {
                throw MediaError(
                    code: .noFrames,
                    message: "Not one picture of the video could be decoded. Copy it from the phone or camera again.")
            }
            return nil
        }
        defer { av_frame_unref(decoded) }
        let time = clock.time(stamp)
        try checkLimits(time)
        defer { count += 1 }
        latest = time
        return try makeFrame(time)
    }

    /// What a reader that enters the same clip later has to know of its first frame.
    package struct Start: Equatable, Sendable {
        var origin: Double
        var width: Int
        var height: Int
    }

    /// Nil before the first frame was read.
    package var start: Start? {
        codedSize.map { Start(origin: clock.origin, width: $0.width, height: $0.height) }
    }

    /// Whether a frame got a time that the file does not give: a reader that enters elsewhere may see other times.
    package var hasRepairedTimes: Bool { clock.isRepaired }

    /// A key frame farther away than this is no help: what lies between would be decoded for nothing.
    package static let longestRunUp = 10.0

    /// Makes `next` give the frames from `time` on, as reading from the start would give them. False where the file
    /// has no way in near it: then the reader is of no more use.
    package func enter(at time: Double, after start: Start) -> Bool {
        guard let keyTime = seek(before: time, start), time - keyTime <= Self.longestRunUp else { return false }
        clock = FrameClock(averageFrameRate: info.averageFrameRate, origin: start.origin, last: -.infinity)
        codedSize = (start.width, start.height)
        (entry, count) = (time, 0)
        return true
    }

    /// Seconds from the first frame to the key frame that is now the next packet; nil when it is not at or before
    /// `time`. Some files are searched by the times of decoding, which are earlier: then once more from farther back.
    private func seek(before time: Double, _ start: Start) -> Double? {
        for margin in [0, 1.0] {
            guard demuxer.seek(to: stamp(time - margin, start)) else { return nil }
            decoder.flush()
            isDraining = false
            hasPacket = demuxer.next(into: packet)
            guard hasPacket, packet.pointee.flags & AV_PKT_FLAG_KEY != 0, let packetTime else { return nil }
            if packetTime - start.origin <= time { return packetTime - start.origin }
        }
        return nil
    }

    /// Passes over the frames before `time`, which lies ahead: by a jump where a key frame is on the way, else by
    /// decoding only what others need. As `enter`, false where that cannot be.
    func advance(to time: Double) -> Bool {
        guard let start else { return false }
        if demuxer.hasKeyFrame(after: stamp(latest, start), upTo: stamp(time, start)) {
            return enter(at: time, after: start)
        }
        entry = time
        return true
    }

    /// Seconds from the first frame on the stream's own clock.
    private func stamp(_ time: Double, _ start: Start) -> Int64 {
        let base = demuxer.stream.pointee.time_base
        let stamp = ((time + start.origin) * Double(base.den) / Double(base.num)).rounded(.down)
        return Int64(exactly: stamp) ?? 0
    }

    /// The packet's presentation time on the file's clock, seconds.
    private var packetTime: Double? {
        let value = packet.pointee.pts
        return value == FFmpeg.noTimestamp ? nil : FFmpeg.seconds(value, demuxer.stream.pointee.time_base)
    }

    private func decodeNext() throws(MediaError) -> Bool {
        while true {
            switch decoder.receive(into: decoded) {
            case .frame:
                try Decoder.check(Int(decoded.pointee.width), Int(decoded.pointee.height), limits)
                guard isBeforeEntry(stamp) else { return true }
                av_frame_unref(decoded)
            case .end:
                return false
            case .needsPacket:
                guard !isDraining else { return false }
                if hasPacket || demuxer.next(into: packet) {
                    hasPacket = false
                    decoder.send(packet, isSkipped: isBeforeEntry(packetTime))
                } else {
                    isDraining = true
                    decoder.send(nil)
                }
            }
        }
    }

    private func isBeforeEntry(_ stamp: Double?) -> Bool {
        guard let entry, let stamp else { return false }
        return stamp - clock.origin < entry
    }

    /// The frame's time on the file's clock, seconds.
    private var stamp: Double? {
        let value = decoded.pointee.best_effort_timestamp
        guard value != FFmpeg.noTimestamp else { return nil }
        let seconds = FFmpeg.seconds(value, demuxer.stream.pointee.time_base)
        return seconds.isFinite ? seconds : nil
    }

    private func checkLimits(_ time: Double) throws(MediaError) {
        guard time <= limits.maximumSeconds else {
            throw MediaError(
                code: .tooLong,
                message: "The clip is longer than \(Int(limits.maximumSeconds / 60)) minutes. Cut it to the set.")
        }
        guard Double(count) <= limits.maximumFramesPerSecond * (time - (entry ?? 0) + 1) else {
            throw MediaError(
                code: .tooManyFrames,
                message:
                    "The clip has more than \(Int(limits.maximumFramesPerSecond)) frames a second. Export it at 60.")
        }
    }

    private func makeFrame(_ time: Double) throws(MediaError) -> VideoFrame {
        let size = codedSize ?? (Int(decoded.pointee.width), Int(decoded.pointee.height))
        codedSize = size
        let coding = ColourCoding(decoded)
        let format: PixelView.Format
        let picture: Picture
        switch mode {
        case .rgb:
            format = .rgb24
            picture = try converter.convert(decoded, width: size.width, height: size.height, format: AV_PIX_FMT_RGB24)
        case .planes, .roughPlanes:
            format = .yuv420p(coding.analysed)
            picture = try planes(size, coding)
        }
        return VideoFrame(
            index: count, time: time, picture: try QuarterTurn.turn(picture, clockwise: info.rotation), format: format,
            coding: coding)
    }

    private func planes(_ size: (width: Int, height: Int), _ coding: ColourCoding) throws(MediaError) -> Picture {
        let format = AVPixelFormat(rawValue: decoded.pointee.format)
        let isPlanar420 = format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P
        if isPlanar420 && (Int(decoded.pointee.width), Int(decoded.pointee.height)) == size {
            return try Picture(referencing: decoded)
        }
        return try converter.convert(
            decoded, width: size.width, height: size.height, format: AV_PIX_FMT_YUV420P,
            colour: (coding.shown, coding.shown))
    }

    private static func info(_ demuxer: Demuxer, rotation: Int) -> MediaInfo {
        let stream = demuxer.stream.pointee
        let (width, height) = (Int(stream.codecpar.pointee.width), Int(stream.codecpar.pointee.height))
        let swaps = rotation == 90 || rotation == 270
        let rate = Double(stream.avg_frame_rate.num) / Double(stream.avg_frame_rate.den)
        let usableRate = rate.isFinite && rate > 0 && rate < 1000 ? rate : nil
        let duration = demuxer.claimedDuration
        var frames = usableRate.flatMap { rate in duration.map { Int(($0 * rate).rounded()) } }
        // The container's count is exact where it fits the other claims.
        if stream.nb_frames > 0, frames.map({ abs($0 - Int(stream.nb_frames)) <= max($0 / 10, 5) }) ?? false {
            frames = Int(stream.nb_frames)
        }
        return MediaInfo(
            width: swaps ? height : width, height: swaps ? width : height, rotation: rotation,
            codec: Decoder.codec(demuxer.stream), durationSeconds: duration, estimatedFrames: frames,
            averageFrameRate: usableRate, keyFrames: demuxer.keyFrames(apart: 0.5))
    }
}
