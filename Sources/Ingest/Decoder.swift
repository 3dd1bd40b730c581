internal import CFFmpeg

/// One open decoder; freed with the object.
final class Decoder {
    private var context: UnsafeMutablePointer<AVCodecContext>?

    init(
        _ stream: UnsafeMutablePointer<AVStream>, limits: MediaLimits, smoothing: Smoothing, threads: Int
    ) throws(MediaError) {
        let parameters = stream.pointee.codecpar!
        let codec = Self.codec(stream)
        let name = codec == "av1" ? "libdav1d" : codec
        guard Demuxer.decoders.split(separator: ",").contains(Substring(name)),
            let decoder = avcodec_find_decoder_by_name(name)
        else {
            throw MediaError(
                code: .unsupportedCodec,
                message: "The video is coded as \(codec), which is not supported. Export it as H.264, HEVC, VP9 or AV1."
            )
        }
        try Self.check(Int(parameters.pointee.width), Int(parameters.pointee.height), limits)
        context = avcodec_alloc_context3(decoder)
        guard let context, avcodec_parameters_to_context(context, parameters) >= 0 else {
            avcodec_free_context(&self.context)
            throw MediaError(code: .outOfMemory, message: "There is not enough memory to decode the clip.")
        }
        context.pointee.pkt_timebase = stream.pointee.time_base
        context.pointee.max_pixels = Int64(limits.maximumPixels)
        context.pointee.thread_count = Int32(threads)
        context.pointee.skip_loop_filter = smoothing == .whole ? AVDISCARD_DEFAULT : AVDISCARD_NONREF
        context.pointee.thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE
        let result = avcodec_open2(context, decoder, nil)
        guard result >= 0 else {
            avcodec_free_context(&self.context)
            throw MediaError(
                code: .unsupportedCodec,
                message: "The video stream (\(codec)) cannot be decoded: \(FFmpeg.text(result)). Export the clip again."
            )
        }
    }

    deinit { avcodec_free_context(&context) }

    /// `h264`, `hevc`, `vp8`, `vp9` or `av1`, or the name of what is not supported.
    static func codec(_ stream: UnsafeMutablePointer<AVStream>) -> String {
        String(cString: avcodec_get_name(stream.pointee.codecpar.pointee.codec_id))
    }

    /// A size that the container or a frame claims.
    static func check(_ width: Int, _ height: Int, _ limits: MediaLimits) throws(MediaError) {
        guard width >= 0, height >= 0, width <= 1 << 16, height <= 1 << 16, width * height <= limits.maximumPixels
        else {
            throw MediaError(
                code: .tooManyPixels,
                message: "The picture is \(width) x \(height); at most \(limits.maximumPixels) pixels are accepted. "
                    + "Export the clip in 4K or smaller.")
        }
    }

    /// Nil ends the stream. What cannot be decoded is passed over: the frames around it still count.
    ///
    /// - Parameter isSkipped: nobody will look at the picture, so it is only decoded when others are predicted from it.
    func send(_ packet: UnsafeMutablePointer<AVPacket>?, isSkipped: Bool = false) {
        context?.pointee.skip_frame = isSkipped ? AVDISCARD_NONREF : AVDISCARD_DEFAULT
        avcodec_send_packet(context, packet)
    }

    /// Which pictures get the codec's filter against the edges of its blocks.
    enum Smoothing {
        /// All, as the codec's standard says.
        case whole
        /// Only those that others are predicted from: a tenth less work, and errors do not add up.
        case references
    }

    enum Answer { case frame, needsPacket, end }

    func receive(into frame: UnsafeMutablePointer<AVFrame>) -> Answer {
        while true {
            switch avcodec_receive_frame(context, frame) {
            case 0: return .frame
            case FFmpeg.tryAgain: return .needsPacket
            case FFmpeg.endOfFile: return .end
            case FFmpeg.outOfMemory: return .end
            // A damaged picture; the decoder goes on with the next.
            default: continue
            }
        }
    }

    func flush() { avcodec_flush_buffers(context) }
}
