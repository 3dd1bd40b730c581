internal import CFFmpeg
import Domain

/// Baseline JPEG by FFmpeg's own encoder, one picture at a time.
enum JPEGEncoder {
    /// FFmpeg's scale 2 (best) ... 31.
    private static let quality: Int32 = 4

    static func encode(_ frame: VideoFrame, longestSide: Int) throws(MediaError) -> [UInt8] {
        let picture = try scaled(frame, longestSide: longestSide)
        var context = avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_MJPEG))
        defer { avcodec_free_context(&context) }
        guard let context else { throw Picture.outOfMemory() }
        context.pointee.width = picture.frame.pointee.width
        context.pointee.height = picture.frame.pointee.height
        context.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
        context.pointee.time_base = AVRational(num: 1, den: 1)
        context.pointee.flags |= AV_CODEC_FLAG_QSCALE
        context.pointee.global_quality = quality * FF_QP2LAMBDA
        context.pointee.thread_count = 1
        picture.frame.pointee.quality = quality * FF_QP2LAMBDA
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet, avcodec_open2(context, nil, nil) >= 0, avcodec_send_frame(context, picture.frame) >= 0,
            avcodec_receive_packet(context, packet) >= 0
        else { throw Picture.outOfMemory() }
        return Array(UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))
    }

    private static func scaled(_ frame: VideoFrame, longestSide: Int) throws(MediaError) -> Picture {
        let scale = min(1, Double(longestSide) / Double(max(frame.width, frame.height)))
        let width = max(1, Int((Double(frame.width) * scale).rounded()))
        let height = max(1, Int((Double(frame.height) * scale).rounded()))
        return try frame.converted(width: width, height: height, format: AV_PIX_FMT_YUVJ420P)
    }
}

extension VideoFrame {
    /// For JPEG: BT.601 in full range, as its readers take it to be.
    func converted(width: Int, height: Int, format target: AVPixelFormat) throws(MediaError) -> Picture {
        let converter = PictureConverter(flags: SWS_AREA)
        guard case .yuv420p = pixelFormat else {
            return try converter.convert(avFrame, width: width, height: height, format: target)
        }
        return try converter.convert(
            avFrame, width: width, height: height, format: target,
            colour: (coding.shown, (SWS_CS_ITU601, true)))
    }
}
