import Domain

/// Samples one row of a crop from yuv420p planes without converting the picture: only the four taps of each output
/// pixel become RGB. Chroma has the place that swscale's plain conversion gives it: one sample for each block of 2 x 2
/// pixels, without interpolation between blocks. The result is that of the RGB warp on the converted picture.
struct PlanarWarp {
    private let taps: PlanarTaps
    private let colours: ColourConversion

    init(_ picture: PixelView, coding: PixelView.YUVCoding, border: CropSpecification.Border) {
        colours = ColourConversion(coding)
        taps = PlanarTaps(picture, border: border, black: colours.black)
    }

    /// Writes `row.count` x 3 values, looked up in a table of 256.
    func write(_ row: CropRow, to output: UnsafeMutablePointer<Float>, through table: UnsafePointer<Float>) {
        taps.gather(row)
        blend(row)
        Self.interleave(row, to: output, through: table)
    }

    private typealias Lanes = SIMD8<Int16>

    /// From taps to channels, eight pixels at a time. Channels go through memory to be interleaved: lanes picked from
    /// the vectors here would make the compiler take the whole arithmetic apart.
    private func blend(_ row: CropRow) {
        let (red, green, blue, count) = (row.red, row.green, row.blue, row.count)
        let colours = colours
        var taps = UnsafeRawPointer(row.taps)
        var index = 0
        while index < count {
            let (x, below) = (Self.load(row.x, index), Self.load(row.y, index) & 31)
            let right = x & 31
            // The right tap of an odd pixel lies in the next block of chroma, that of an even one in its own.
            let next = 0 &- (x &>> 5 & 1)
            let top = Self.half(taps, next, colours)
            let bottom = Self.half(taps + 2 * CropRow.group, next, colours)
            Self.store(Self.mixed(top.0.red, top.1.red, bottom.0.red, bottom.1.red, right, below), red, index)
            Self.store(
                Self.mixed(top.0.green, top.1.green, bottom.0.green, bottom.1.green, right, below), green, index)
            Self.store(Self.mixed(top.0.blue, top.1.blue, bottom.0.blue, bottom.1.blue, right, below), blue, index)
            index &+= CropRow.group
            taps += 2 * CropRow.group * CropRow.tapRows
        }
    }

    /// The left and right taps of one sub-row, in RGB.
    @inline(__always)
    private static func half(
        _ taps: UnsafeRawPointer, _ next: Lanes, _ colours: ColourConversion
    ) -> (ColourConversion.Pixels, ColourConversion.Pixels) {
        let y = taps.loadUnaligned(as: Lanes.self)
        let u = taps.loadUnaligned(fromByteOffset: 4 * CropRow.group, as: Lanes.self)
        let v = taps.loadUnaligned(fromByteOffset: 8 * CropRow.group, as: Lanes.self)
        let (uLeft, vLeft) = (u & 0xFF, v & 0xFF)
        let uRight = (uLeft & ~next) | (upper(u) & next)
        let vRight = (vLeft & ~next) | (upper(v) & next)
        return (colours.pixels(y & 0xFF, uLeft, vLeft), colours.pixels(upper(y), uRight, vRight))
    }

    @inline(__always)
    private static func upper(_ pairs: Lanes) -> Lanes { (pairs &>> 8) & 0xFF }

    /// Bilinear with weights in 1/32, rounded to eight bits.
    @inline(__always)
    private static func mixed(
        _ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes, _ right: Lanes, _ below: Lanes
    ) -> Lanes {
        let left = 32 &- right
        let (top, bottom) = (a &* left &+ b &* right, c &* left &+ d &* right)
        typealias Wide = SIMD8<Int32>
        let sum =
            Wide(truncatingIfNeeded: top) &* Wide(truncatingIfNeeded: 32 &- below)
            &+ Wide(truncatingIfNeeded: bottom) &* Wide(truncatingIfNeeded: below) &+ 512
        return Lanes(truncatingIfNeeded: sum &>> 10)
    }

    /// The low 16 bits of eight places: enough for the fraction and the parity.
    @inline(__always)
    private static func load(_ places: UnsafeMutablePointer<Int32>, _ index: Int) -> Lanes {
        let words = UnsafeRawPointer(places + index).loadUnaligned(as: SIMD8<Int32>.self)
        return Lanes(truncatingIfNeeded: words)
    }

    @inline(__always)
    private static func store(_ levels: Lanes, _ channel: UnsafeMutablePointer<UInt8>, _ index: Int) {
        let bytes = SIMD8<UInt8>(truncatingIfNeeded: levels)
        UnsafeMutableRawPointer(channel + index).storeBytes(of: bytes, as: SIMD8<UInt8>.self)
    }

    private static func interleave(
        _ row: CropRow, to output: UnsafeMutablePointer<Float>, through table: UnsafePointer<Float>
    ) {
        let (red, green, blue) = (row.red, row.green, row.blue)
        var (index, target) = (0, output)
        while index < row.count {
            target[0] = table[Int(red[index])]
            target[1] = table[Int(green[index])]
            target[2] = table[Int(blue[index])]
            target += 3
            index &+= 1
        }
    }
}
