internal import CFFmpeg
import Domain

/// Matrix and range of a decoded frame, in two readings: for people and for the networks.
struct ColourCoding {
    /// What the clip says of itself; for pictures that people see.
    let shown: PictureConverter.Coding
    /// What the reference makes of it: BT.601 whatever the clip says, and full range only where the pixel format itself
    /// says so. The networks are compared on that.
    let analysed: PixelView.YUVCoding

    init(_ frame: UnsafeMutablePointer<AVFrame>) {
        let formatIsFull = AVPixelFormat(rawValue: frame.pointee.format) == AV_PIX_FMT_YUVJ420P
        analysed = .init(matrix: .bt601, fullRange: formatIsFull)
        let isFull = formatIsFull || frame.pointee.color_range == AVCOL_RANGE_JPEG
        shown =
            switch frame.pointee.colorspace {
            case AVCOL_SPC_BT709: (SWS_CS_ITU709, isFull)
            case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: (SWS_CS_BT2020, isFull)
            default: (SWS_CS_ITU601, isFull)
            }
    }
}
