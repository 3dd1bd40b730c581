internal import CFFmpeg
import Domain

/// Matrix and range of a decoded frame, guessed from its size where the stream does not say.
struct ColourCoding {
    let value: PixelView.YUVCoding
    /// SWS_CS_* of the same matrix.
    let swscaleMatrix: Int32

    init(_ frame: UnsafeMutablePointer<AVFrame>) {
        let isFull =
            frame.pointee.color_range == AVCOL_RANGE_JPEG
            || AVPixelFormat(rawValue: frame.pointee.format) == AV_PIX_FMT_YUVJ420P
        switch frame.pointee.colorspace {
        case AVCOL_SPC_BT709:
            value = .init(matrix: .bt709, fullRange: isFull)
            swscaleMatrix = SWS_CS_ITU709
        case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL:
            value = .init(matrix: .bt2020, fullRange: isFull)
            swscaleMatrix = SWS_CS_BT2020
        default:
            // The reference reads unmarked clips of every size as BT.601, and the networks were compared on that.
            value = .init(matrix: .bt601, fullRange: isFull)
            swscaleMatrix = SWS_CS_ITU601
        }
    }
}
