internal import CFFmpeg

/// swscale between two fixed kinds of picture; remade when the source changes.
final class PictureConverter {
    private var context: OpaquePointer?
    private let flags: Int32

    /// `SWS_BICUBIC` is what OpenCV's reader asks for; it matters where chroma is enlarged.
    init(flags: Int32 = SWS_BICUBIC) {
        self.flags = flags
    }

    deinit { sws_freeContext(context) }

    /// Matrix (SWS_CS_*) and range of a YUV picture.
    typealias Coding = (matrix: Int32, isFull: Bool)

    /// `colour` says how source and target are coded; nil leaves swscale's own defaults, as OpenCV does.
    func convert(
        _ source: UnsafeMutablePointer<AVFrame>, width: Int, height: Int, format: AVPixelFormat,
        colour: (source: Coding, target: Coding)? = nil
    ) throws(MediaError) -> Picture {
        let target = try Picture(width: width, height: height, format: format)
        context = sws_getCachedContext(
            context, source.pointee.width, source.pointee.height, AVPixelFormat(rawValue: source.pointee.format),
            Int32(width), Int32(height), format, flags, nil, nil, nil)
        guard let context else {
            throw MediaError(
                code: .unsupportedCodec,
                message: "The video's pixel format cannot be converted. Export the clip as 8-bit 4:2:0.")
        }
        if let colour {
            let (from, to) = (colour.source, colour.target)
            sws_setColorspaceDetails(
                context, sws_getCoefficients(from.matrix), from.isFull ? 1 : 0, sws_getCoefficients(to.matrix),
                to.isFull ? 1 : 0, 0, 1 << 16, 1 << 16)
        }
        guard sws_scale_frame(context, target.frame, source) >= 0 else { throw Picture.outOfMemory() }
        return target
    }
}
