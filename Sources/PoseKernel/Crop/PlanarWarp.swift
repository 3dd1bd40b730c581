import Domain

/// Samples one row of a crop from yuv420p planes without converting the picture: bilinear in each plane, then colours
/// for the output pixels only. Chroma has the place that swscale's plain conversion gives it: one sample for each block
/// of 2 x 2 pixels, without interpolation between blocks. Because that conversion is linear, the result is that of the
/// RGB warp but for roundings.
struct PlanarWarp {
    private let taps: PlanarTaps
    private let colours: ColourMatrix

    init(
        _ picture: PixelView, coding: PixelView.YUVCoding, range: CropSpecification.Range,
        border: CropSpecification.Border
    ) {
        colours = ColourMatrix(coding, range: range)
        taps = PlanarTaps(picture, border: border, black: colours.black)
    }

    /// Writes `row.count` x 3 values.
    func write(_ row: CropRow, to output: UnsafeMutablePointer<Float>) {
        taps.gather(row)
        let (count, target) = (row.count, UnsafeMutableRawPointer(output))
        var index = 0
        while index < count {
            let below = Self.load(row.below, index)
            let y = Self.bilinear(row.lumaTop, row.lumaBottom, index, Self.load(row.lumaRight, index), below)
            let chromaRight = Self.load(row.chromaRight, index)
            let u = Self.bilinear(row.uTop, row.uBottom, index, chromaRight, below)
            let v = Self.bilinear(row.vTop, row.vBottom, index, chromaRight, below)
            let even = colours.pixels(Self.even(y), Self.even(u), Self.even(v))
            let odd = colours.pixels(Self.odd(y), Self.odd(u), Self.odd(v))
            Self.store(even, odd, to: target + 12 * index)
            index &+= 8
        }
    }

    @inline(__always)
    private static func load(_ memory: UnsafeMutablePointer<UInt16>, _ index: Int) -> SIMD8<UInt16> {
        UnsafeRawPointer(memory + index).loadUnaligned(as: SIMD8<UInt16>.self)
    }

    /// Eight pixels of one plane in 1/256 levels; the sub-rows are first cut to 1/8 of a level, so that everything fits
    /// 16 bits.
    @inline(__always)
    private static func bilinear(
        _ top: UnsafeMutablePointer<UInt16>, _ bottom: UnsafeMutablePointer<UInt16>, _ index: Int,
        _ right: SIMD8<UInt16>, _ below: SIMD8<UInt16>
    ) -> SIMD8<UInt16> {
        let left = 32 &- right
        let (a, b) = (load(top, index), load(bottom, index))
        let upper = ((a & 0xFF) &* left &+ (a &>> 8) &* right &+ 2) &>> 2
        let lower = ((b & 0xFF) &* left &+ (b &>> 8) &* right &+ 2) &>> 2
        return upper &* (32 &- below) &+ lower &* below
    }

    /// Pixels 0, 2, 4, 6 as floats: a 16-bit integer in the mantissa of 2^23 is that integer, less 2^23.
    @inline(__always)
    private static func even(_ value: SIMD8<UInt16>) -> SIMD4<Float> {
        let words = unsafeBitCast(value, to: SIMD4<UInt32>.self) & 0xFFFF
        return unsafeBitCast(words | 0x4B00_0000, to: SIMD4<Float>.self) - 0x1p23
    }

    /// Pixels 1, 3, 5, 7.
    @inline(__always)
    private static func odd(_ value: SIMD8<UInt16>) -> SIMD4<Float> {
        let words = unsafeBitCast(value, to: SIMD4<UInt32>.self) &>> 16
        return unsafeBitCast(words | 0x4B00_0000, to: SIMD4<Float>.self) - 0x1p23
    }

    /// Eight pixels in order, RGB interleaved.
    @inline(__always)
    private static func store(_ a: ColourMatrix.Pixels, _ b: ColourMatrix.Pixels, to output: UnsafeMutableRawPointer) {
        let (r, g, l) = (a.red, a.green, a.blue)
        let (s, h, m) = (b.red, b.green, b.blue)
        output.storeBytes(of: SIMD4(r[0], g[0], l[0], s[0]), as: SIMD4<Float>.self)
        output.storeBytes(of: SIMD4(h[0], m[0], r[1], g[1]), toByteOffset: 16, as: SIMD4<Float>.self)
        output.storeBytes(of: SIMD4(l[1], s[1], h[1], m[1]), toByteOffset: 32, as: SIMD4<Float>.self)
        output.storeBytes(of: SIMD4(r[2], g[2], l[2], s[2]), toByteOffset: 48, as: SIMD4<Float>.self)
        output.storeBytes(of: SIMD4(h[2], m[2], r[3], g[3]), toByteOffset: 64, as: SIMD4<Float>.self)
        output.storeBytes(of: SIMD4(l[3], s[3], h[3], m[3]), toByteOffset: 80, as: SIMD4<Float>.self)
    }
}
