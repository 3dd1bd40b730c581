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
        blend(row)
        Self.interleave(row, to: output)
    }

    /// From taps to channels, eight pixels at a time. Channels go through memory to be interleaved: lanes picked from
    /// the vectors here would make the compiler take the whole arithmetic apart.
    private func blend(_ row: CropRow) {
        let (red, green, blue) = (row.red, row.green, row.blue)
        let (count, colours) = (row.count, colours)
        var taps = UnsafeRawPointer(row.taps)
        var index = 0
        while index < count {
            let (x, below) = (Self.load(row.x, index), Self.load(row.y, index) & 31)
            let right = x & 31
            // An even pixel and its right neighbour share a block of chroma.
            let chromaRight = right & (0 &- (x &>> 5 & 1))
            let y = Self.bilinear(taps, right, below)
            let u = Self.bilinear(taps + 32, chromaRight, below)
            let v = Self.bilinear(taps + 64, chromaRight, below)
            let low = colours.pixels(Self.float(y.lowHalf), Self.float(u.lowHalf), Self.float(v.lowHalf))
            Self.store(low.red, red, index)
            Self.store(low.green, green, index)
            Self.store(low.blue, blue, index)
            let high = colours.pixels(Self.float(y.highHalf), Self.float(u.highHalf), Self.float(v.highHalf))
            Self.store(high.red, red, index &+ 4)
            Self.store(high.green, green, index &+ 4)
            Self.store(high.blue, blue, index &+ 4)
            index &+= CropRow.group
            taps += 2 * CropRow.group * CropRow.tapRows
        }
    }

    private static func interleave(_ row: CropRow, to output: UnsafeMutablePointer<Float>) {
        let (red, green, blue) = (row.red, row.green, row.blue)
        for index in 0..<row.count {
            output[3 &* index] = red[index]
            output[3 &* index &+ 1] = green[index]
            output[3 &* index &+ 2] = blue[index]
        }
    }

    /// The low 16 bits of eight places: enough for the fraction and the parity.
    @inline(__always)
    private static func load(_ places: UnsafeMutablePointer<Int32>, _ index: Int) -> SIMD8<UInt16> {
        let words = UnsafeRawPointer(places + index).loadUnaligned(as: SIMD8<Int32>.self)
        return SIMD8<UInt16>(truncatingIfNeeded: words)
    }

    /// Eight pixels of one plane in 1/256 levels; the sub-rows are first cut to 1/8 of a level, so that everything fits
    /// 16 bits.
    @inline(__always)
    private static func bilinear(
        _ taps: UnsafeRawPointer, _ right: SIMD8<UInt16>, _ below: SIMD8<UInt16>
    ) -> SIMD8<UInt16> {
        let left = 32 &- right
        let a = taps.loadUnaligned(as: SIMD8<UInt16>.self)
        let b = taps.loadUnaligned(fromByteOffset: 16, as: SIMD8<UInt16>.self)
        let upper = ((a & 0xFF) &* left &+ (a &>> 8) &* right &+ 2) &>> 2
        let lower = ((b & 0xFF) &* left &+ (b &>> 8) &* right &+ 2) &>> 2
        return upper &* (32 &- below) &+ lower &* below
    }

    @inline(__always)
    private static func float(_ value: SIMD4<UInt16>) -> SIMD4<Float> {
        SIMD4<Float>(SIMD4<Int32>(truncatingIfNeeded: value))
    }

    @inline(__always)
    private static func store(_ value: SIMD4<Float>, _ memory: UnsafeMutablePointer<Float>, _ index: Int) {
        UnsafeMutableRawPointer(memory + index).storeBytes(of: value, as: SIMD4<Float>.self)
    }
}
