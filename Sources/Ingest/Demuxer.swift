internal import CFFmpeg
import Foundation

/// Opens a clip under the limits for untrusted files and hands out the packets of its one video stream.
final class Demuxer {
    private let input: ClipInput
    private var context: UnsafeMutablePointer<AVFormatContext>?
    private(set) var stream: UnsafeMutablePointer<AVStream>

    /// Registered names of the demuxers that may be used; no playlist and no image format is among them.
    static let formats = "mov,matroska"
    /// Decoders by their exact names.
    static let decoders = "h264,hevc,vp8,vp9,libdav1d"

    init(_ source: ClipSource, limits: MediaLimits) throws(MediaError) {
        _ = FFmpeg.configured
        input = try ClipInput(source, limits: limits)
        context = try Self.open(input)
        do throws(MediaError) {
            stream = try Self.chooseStream(context)
            let found = avformat_find_stream_info(context, nil)
            guard found >= 0 else { throw Self.truncated(FFmpeg.text(found)) }
            // Finding out may have added streams; they are not wanted either.
            stream = try Self.chooseStream(context)
            input.endOpening()
        } catch {
            avformat_close_input(&context)
            throw error
        }
    }

    deinit { avformat_close_input(&context) }

    private static func open(_ input: ClipInput) throws(MediaError) -> UnsafeMutablePointer<AVFormatContext>? {
        var format: UnsafePointer<AVInputFormat>?
        let score = av_probe_input_buffer2(input.context, &format, nil, nil, 0, 1 << 20)
        guard score >= 0, let format else { throw notAVideo() }
        let name = String(cString: format.pointee.name)
        guard av_match_list(name, formats, 44) > 0 else { throw notAVideo() }

        var context = avformat_alloc_context()
        guard let opened = context else {
            throw MediaError(code: .outOfMemory, message: "There is not enough memory to read the clip.")
        }
        opened.pointee.pb = input.context
        opened.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        // Belt and braces: this program opens nothing on a file's behalf.
        opened.pointee.interrupt_callback = AVIOInterruptCB(
            callback: { Unmanaged<ClipInput>.fromOpaque($0!).takeUnretainedValue().isInterrupted ? 1 : 0 },
            opaque: Unmanaged.passUnretained(input).toOpaque())
        opened.pointee.io_open = { _, _, _, _, _ in -EACCES }
        var options = openOptions(isMOV: name.hasPrefix("mov"))
        defer { av_dict_free(&options) }
        // Frees the context when it fails.
        let result = avformat_open_input(&context, nil, format, &options)
        // Out of memory, too, is the file's doing here: it claims a table larger than av_max_alloc admits.
        guard result >= 0 else { throw truncated(FFmpeg.text(result)) }
        guard av_dict_count(options) == 0 else {
            avformat_close_input(&context)
            preconditionFailure("this build of FFmpeg does not know a safety option; it must not be used")
        }
        return context
    }

    private static func openOptions(isMOV: Bool) -> OpaquePointer? {
        var options: OpaquePointer?
        let values = [
            "format_whitelist": formats, "codec_whitelist": decoders, "protocol_whitelist": "",
            "max_streams": "16", "probesize": "5000000", "analyzeduration": "5000000", "max_probe_packets": "2500",
            "formatprobesize": "1048576",
        ]
        for (key, value) in values { av_dict_set(&options, key, value, 0) }
        if isMOV {
            av_dict_set(&options, "enable_drefs", "0", 0)
            av_dict_set(&options, "use_absolute_path", "0", 0)
        }
        return options
    }

    /// The first real video stream; everything else is discarded unread.
    private static func chooseStream(
        _ context: UnsafeMutablePointer<AVFormatContext>?
    ) throws(MediaError) -> UnsafeMutablePointer<AVStream> {
        guard let context, let streams = context.pointee.streams else { throw notAVideo() }
        var chosen: UnsafeMutablePointer<AVStream>?
        var kinds: Set<String> = []
        for index in 0..<Int(context.pointee.nb_streams) {
            guard let stream = streams[index] else { continue }
            let type = stream.pointee.codecpar.pointee.codec_type
            let isPicture = stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
            kinds.insert(isPicture ? "a cover picture" : kind(type))
            if type == AVMEDIA_TYPE_VIDEO && !isPicture && chosen == nil {
                chosen = stream
            } else {
                stream.pointee.discard = AVDISCARD_ALL
            }
        }
        guard let chosen else {
            let found = kinds.isEmpty ? "nothing" : "only " + kinds.sorted().joined(separator: ", ")
            throw MediaError(
                code: .noVideoStream,
                message: "The file holds no video: there is \(found) in it. Upload the recording itself.")
        }
        return chosen
    }

    private static func kind(_ type: AVMediaType) -> String {
        switch type {
        case AVMEDIA_TYPE_AUDIO: "sound"
        case AVMEDIA_TYPE_SUBTITLE: "subtitles"
        case AVMEDIA_TYPE_VIDEO: "video"
        default: "data"
        }
    }

    /// The next packet of the stream; nil at the end, also where a broken file stops making sense.
    func next(into packet: UnsafeMutablePointer<AVPacket>) -> Bool {
        while true {
            av_packet_unref(packet)
            guard av_read_frame(context, packet) >= 0 else { return false }
            if packet.pointee.stream_index == stream.pointee.index { return true }
        }
    }

    /// To the key frame at or before `timestamp` (in the stream's time base).
    func seek(to timestamp: Int64) -> Bool {
        av_seek_frame(context, stream.pointee.index, timestamp, AVSEEK_FLAG_BACKWARD) >= 0
    }

    /// Whether the container's index has a key frame between two timestamps.
    func hasKeyFrame(after lower: Int64, upTo upper: Int64) -> Bool {
        let place = av_index_search_timestamp(stream, upper, AVSEEK_FLAG_BACKWARD)
        guard place >= 0, let entry = avformat_index_get_entry(stream, place) else { return false }
        return entry.pointee.timestamp > lower
    }

    /// Seconds from the stream's start at which the container's index, as far as it is read, has key frames; such as
    /// follow another within less than `distance` seconds are left out.
    func keyFrames(apart distance: Double) -> [Double] {
        let base = stream.pointee.time_base
        let start = stream.pointee.start_time
        let origin = start == FFmpeg.noTimestamp ? 0 : FFmpeg.seconds(start, base)
        var times: [Double] = []
        for index in 0..<avformat_index_get_entries_count(stream) {
            guard let entry = avformat_index_get_entry(stream, index), entry.pointee.flags & AVINDEX_KEYFRAME != 0
            else { continue }
            let time = FFmpeg.seconds(entry.pointee.timestamp, base) - origin
            if time - (times.last ?? -.infinity) >= distance { times.append(time) }
        }
        return times
    }

    /// Seconds, as the container claims; nil when it does not or when the claim is absurd.
    var claimedDuration: Double? {
        let own = stream.pointee.duration
        let seconds: Double
        if own > 0 {
            seconds = FFmpeg.seconds(own, stream.pointee.time_base)
        } else if let context, context.pointee.duration > 0 {
            seconds = Double(context.pointee.duration) / Double(AV_TIME_BASE)
        } else {
            return nil
        }
        return seconds.isFinite && seconds < 1e6 ? seconds : nil
    }

    private static func notAVideo() -> MediaError {
        MediaError(
            code: .notAVideo,
            message: "This is not a video file that can be read. Upload an MP4, MOV, WebM or MKV file.")
    }

    private static func truncated(_ why: String) -> MediaError {
        MediaError(
            code: .truncated,
            message: "The video file is damaged or cut off (\(why)). Copy it from the phone or camera again.")
    }
}
