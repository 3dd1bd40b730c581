internal import CFFmpeg
import Domain

/// Reads a clip's frames in presentation order, upright, under the limits for untrusted media. For one thread; calls
/// block it.
package final class FrameReader {
    package enum Mode: Sendable {
        /// 8-bit 4:2:0 planes as they were decoded, converted only where the clip is coded otherwise.
        case planes
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
    /// Size of the first frame before rotation; later frames of another size are scaled to it.
    private var codedSize: (width: Int, height: Int)?

    package init(
        _ source: ClipSource, limits: MediaLimits = .default, mode: Mode = .planes, threads: Int = 1
    ) throws(MediaError) {
        demuxer = try Demuxer(source, limits: limits)
        decoder = try Decoder(demuxer.stream, limits: limits, threads: threads)
        let rotation = try DisplayRotation.clockwise(demuxer.stream)
        info = Self.info(demuxer, decoder, rotation: rotation)
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
        return try makeFrame(time)
    }

    /// Goes to the last key frame at or before `time` seconds; only after the first frame was read.
    func seek(to time: Double) -> Bool {
        let base = demuxer.stream.pointee.time_base
        let stamp = Int64(((time + clock.origin) * Double(base.den) / Double(base.num)).rounded(.down))
        guard demuxer.seek(to: stamp) else { return false }
        decoder.flush()
        isDraining = false
        return true
    }

    /// Like `next`, but with the file's own time: after a seek the clock's order does not hold.
    func nextAfterSeek() throws(MediaError) -> VideoFrame? {
        guard try decodeNext() else { return nil }
        defer { av_frame_unref(decoded) }
        return try makeFrame((stamp ?? clock.origin) - clock.origin)
    }

    private func decodeNext() throws(MediaError) -> Bool {
        while true {
            switch decoder.receive(into: decoded) {
            case .frame:
                try Decoder.check(Int(decoded.pointee.width), Int(decoded.pointee.height), limits)
                return true
            case .end:
                return false
            case .needsPacket:
                guard !isDraining else { return false }
                if demuxer.next(into: packet) {
                    decoder.send(packet)
                } else {
                    isDraining = true
                    decoder.send(nil)
                }
            }
        }
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
        guard Double(count) <= limits.maximumFramesPerSecond * (time + 1) else {
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
        case .planes:
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

    private static func info(_ demuxer: Demuxer, _ decoder: Decoder, rotation: Int) -> MediaInfo {
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
            width: swaps ? height : width, height: swaps ? width : height, rotation: rotation, codec: decoder.codec,
            durationSeconds: duration, estimatedFrames: frames, averageFrameRate: usableRate)
    }
}
