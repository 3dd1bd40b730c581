internal import CFFmpeg
import Foundation

/// Writes pictures as an MP4: H.264 where FFmpeg has libx264, else MPEG-4.
final class VideoWriter {
    private let container: UnsafeMutablePointer<AVFormatContext>
    private let encoder: UnsafeMutablePointer<AVCodecContext>
    private let stream: UnsafeMutablePointer<AVStream>
    private let packet: UnsafeMutablePointer<AVPacket>
    private var lastStamp = Int64(-1)
    private var isOpen = true

    /// Ticks a second of presentation times.
    private static let clock: Int32 = 90_000

    /// `width` and `height` are even. An existing file is written over.
    init(path: String, width: Int, height: Int, frameRate: Double) throws(MediaError) {
        var opened: UnsafeMutablePointer<AVFormatContext>?
        guard avformat_alloc_output_context2(&opened, nil, "mp4", path) >= 0, let container = opened else {
            throw Picture.outOfMemory()
        }
        var kept: UnsafeMutablePointer<AVFormatContext>? = container
        do throws(MediaError) {
            encoder = try Self.encoder(width: width, height: height, frameRate: frameRate)
        } catch {
            avformat_free_context(kept)
            kept = nil
            throw error
        }
        guard let stream = avformat_new_stream(container, nil), let packet = av_packet_alloc() else {
            throw Picture.outOfMemory()
        }
        (self.container, self.stream, self.packet) = (container, stream, packet)
        stream.pointee.time_base = AVRational(num: 1, den: Self.clock)
        avcodec_parameters_from_context(stream.pointee.codecpar, encoder)
        try check(avio_open(&container.pointee.pb, path, AVIO_FLAG_WRITE), path)
        try check(avformat_write_header(container, nil), path)
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
        var encoder: UnsafeMutablePointer<AVCodecContext>? = encoder
        avcodec_free_context(&encoder)
        if container.pointee.pb != nil { avio_closep(&container.pointee.pb) }
        avformat_free_context(container)
    }

    private static func encoder(
        width: Int, height: Int, frameRate: Double
    ) throws(MediaError) -> UnsafeMutablePointer<AVCodecContext> {
        guard let codec = avcodec_find_encoder_by_name("libx264") ?? avcodec_find_encoder(AV_CODEC_ID_MPEG4),
            let encoder = avcodec_alloc_context3(codec)
        else {
            throw MediaError(code: .unsupportedCodec, message: "FFmpeg has no encoder for H.264 or MPEG-4 here.")
        }
        encoder.pointee.width = Int32(width)
        encoder.pointee.height = Int32(height)
        encoder.pointee.pix_fmt = AV_PIX_FMT_YUV420P
        encoder.pointee.time_base = AVRational(num: 1, den: clock)
        encoder.pointee.framerate = av_d2q(frameRate, 1001)
        encoder.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        encoder.pointee.bit_rate = Int64(Double(width * height) * frameRate * 0.1)
        encoder.pointee.colorspace = AVCOL_SPC_SMPTE170M
        encoder.pointee.color_range = AVCOL_RANGE_MPEG
        var options: OpaquePointer?
        av_dict_set(&options, "preset", "veryfast", 0)
        defer { av_dict_free(&options) }
        guard avcodec_open2(encoder, codec, &options) >= 0 else {
            var failed: UnsafeMutablePointer<AVCodecContext>? = encoder
            avcodec_free_context(&failed)
            throw MediaError(code: .unsupportedCodec, message: "FFmpeg cannot encode pictures of \(width)x\(height).")
        }
        return encoder
    }

    /// Times grow; one that does not is moved by a tick.
    func write(_ picture: Picture, at time: Double) throws(MediaError) {
        let stamp = max(Int64((time * Double(Self.clock)).rounded()), lastStamp + 1)
        lastStamp = stamp
        picture.frame.pointee.pts = stamp
        picture.frame.pointee.pict_type = AV_PICTURE_TYPE_NONE
        try check(avcodec_send_frame(encoder, picture.frame), "the video")
        try drain()
    }

    /// The file is whole when it returns.
    func finish() throws(MediaError) {
        try check(avcodec_send_frame(encoder, nil), "the video")
        try drain()
        try check(av_write_trailer(container), "the video")
        try check(avio_closep(&container.pointee.pb), "the video")
    }

    private func drain() throws(MediaError) {
        while avcodec_receive_packet(encoder, packet) >= 0 {
            av_packet_rescale_ts(packet, encoder.pointee.time_base, stream.pointee.time_base)
            packet.pointee.stream_index = stream.pointee.index
            try check(av_interleaved_write_frame(container, packet), "the video")
        }
    }

    private func check(_ code: Int32, _ what: String) throws(MediaError) {
        guard code < 0 else { return }
        throw MediaError(code: .writeFailed, message: "Could not write \(what): \(FFmpeg.text(code)).")
    }
}
