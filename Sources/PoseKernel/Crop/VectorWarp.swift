import CCropVectors
import Domain

/// Does what PlanarWarp does with the vectors of the CPU.
struct VectorWarp {
    private let picture: ccrop_picture
    private let vectors: CropVectors

    /// Nil for pictures that the vector code is not made for: less than three pixels wide, with chroma planes of
    /// different strides or with offsets beyond 32 bits. Nil without vectors, too.
    init?(
        _ picture: PixelView, colours: ColourConversion, border: CropSpecification.Border, vectors: CropVectors
    ) {
        let (luma, u, v) = (picture.planes[0], picture.planes[1], picture.planes[2])
        let reach = max(luma.stride, u.stride).multipliedReportingOverflow(by: picture.height)
        guard vectors != .none, picture.width >= 3, picture.width <= luma.stride, u.stride == v.stride, u.stride > 0,
            !reach.overflow, reach.partialValue <= Int32.max
        else { return nil }
        self.vectors = vectors
        self.picture = ccrop_picture(
            luma: luma.base, u: u.base, v: v.base, luma_stride: Int32(luma.stride), chroma_stride: Int32(u.stride),
            width: Int32(picture.width), height: Int32(picture.height), goes_on: border == .replicate,
            luma_gain: colours.coefficient(0), red_v: colours.coefficient(1), green_u: colours.coefficient(2),
            green_v: colours.coefficient(3), blue_u: colours.coefficient(4), black: Int16(colours.black))
    }

    /// Writes `side` x `side` pixels of four bytes.
    func write(_ map: PixelMap, side: Int, to output: UnsafeMutablePointer<UInt8>) {
        withUnsafePointer(to: picture) { picture in
            withUnsafeBytes(of: map.m) { bytes in
                let m = bytes.assumingMemoryBound(to: Double.self).baseAddress
                switch vectors {
                case .none: preconditionFailure("without vectors there is no such warp")
                case .avx2: ccrop_planar_avx2(picture, m, side, output)
                case .avx512: ccrop_planar_avx512(picture, m, side, output)
                }
            }
        }
    }
}
