import Domain

/// Samples one row of a crop from yuv420p planes without converting the picture: bilinear in each plane, then colours
/// for the output pixels only. Chroma has the place that swscale's plain conversion gives it: one sample for each block
/// of 2 x 2 pixels, without interpolation between blocks. Because that conversion is linear, the result is that of the
/// RGB warp but for roundings.
struct PlanarWarp {
    private let bounds: PictureBounds
    private let luma: Plane
    private let u: Plane
    private let v: Plane
    private let border: CropSpecification.Border
    private let colours: ColourMatrix

    private struct Plane {
        let base: UnsafeRawPointer
        let stride: Int

        init(_ plane: PixelView.Plane) { (base, stride) = (UnsafeRawPointer(plane.base), plane.stride) }

        @inline(__always)
        func pair(_ x: Int, _ y: Int) -> UInt16 {
            UInt16(littleEndian: (base + (y &* stride &+ x)).loadUnaligned(as: UInt16.self))
        }

        @inline(__always)
        func level(_ x: Int, _ y: Int) -> UInt16 {
            UInt16((base + (y &* stride &+ x)).load(as: UInt8.self))
        }
    }

    init(
        _ picture: PixelView, coding: PixelView.YUVCoding, range: CropSpecification.Range,
        border: CropSpecification.Border
    ) {
        bounds = PictureBounds(picture)
        (luma, u, v) = (Plane(picture.planes[0]), Plane(picture.planes[1]), Plane(picture.planes[2]))
        self.border = border
        colours = ColourMatrix(coding, range: range)
    }

    /// Writes `row.count` x 3 values.
    func write(_ row: CropRow, to output: UnsafeMutablePointer<Float>) {
        gather(row)
        var index = 0
        while index < row.count {
            blend(row, index, output + 3 * index)
            index &+= 8
        }
    }

    // MARK: Taps

    /// Collects the taps of every pixel, so that the arithmetic can go over eight pixels at once.
    private func gather(_ row: CropRow) {
        let (xs, ys, taps) = (row.x, row.y, row.taps)
        let (lumaTop, lumaBottom) = (taps[0], taps[1])
        let (uTop, uBottom, vTop, vBottom) = (taps[2], taps[3], taps[4], taps[5])
        var index = 0
        while index < row.count {
            let (x, y) = (xs[index] >> 5, ys[index] >> 5)
            let right = UInt16(truncatingIfNeeded: xs[index] & 31)
            row.lumaRight[index] = right
            row.bottom[index] = UInt16(truncatingIfNeeded: ys[index] & 31)
            if bounds.isInterior(x, y) {
                let (column, line) = (Int(x), Int(y))
                lumaTop[index] = luma.pair(column, line)
                lumaBottom[index] = luma.pair(column, line &+ 1)
                let (block, blockTop, blockBottom) = (column >> 1, line >> 1, (line &+ 1) >> 1)
                uTop[index] = u.pair(block, blockTop)
                uBottom[index] = u.pair(block, blockBottom)
                vTop[index] = v.pair(block, blockTop)
                vBottom[index] = v.pair(block, blockBottom)
                // An even pixel and its right neighbour share a block.
                row.chromaRight[index] = right & (0 &- UInt16(truncatingIfNeeded: x & 1))
            } else {
                gatherAtBorder(row, index, x, y)
            }
            index &+= 1
        }
    }

    @inline(never)
    private func gatherAtBorder(_ row: CropRow, _ index: Int, _ x: Int32, _ y: Int32) {
        row.chromaRight[index] = row.lumaRight[index]
        for half in 0..<2 {
            let line = y &+ Int32(half)
            let left = tap(x, line)
            let right = tap(x &+ 1, line)
            for plane in 0..<3 {
                row.taps[2 * plane + half][index] = left[plane] | right[plane] << 8
            }
        }
    }

    private func tap(_ x: Int32, _ y: Int32) -> SIMD3<UInt16> {
        if border == .zero && !bounds.contains(x, y) { return [UInt16(colours.black), 128, 128] }
        let (column, line) = (bounds.clampX(x), bounds.clampY(y))
        return [
            luma.level(column, line), u.level(column >> 1, line >> 1), v.level(column >> 1, line >> 1),
        ]
    }

    // MARK: Arithmetic on eight pixels

    @inline(__always)
    private static func load(_ memory: UnsafeMutablePointer<UInt16>, _ index: Int) -> SIMD8<UInt16> {
        UnsafeRawPointer(memory + index).loadUnaligned(as: SIMD8<UInt16>.self)
    }

    /// In 1/256 levels; the columns are first cut to 1/8 of a level, so that everything fits 16 bits.
    @inline(__always)
    private static func bilinear(
        _ top: SIMD8<UInt16>, _ bottom: SIMD8<UInt16>, right: SIMD8<UInt16>, below: SIMD8<UInt16>
    ) -> SIMD8<UInt16> {
        let left = 32 &- right
        let upper = ((top & 0xFF) &* left &+ (top &>> 8) &* right &+ 2) &>> 2
        let lower = ((bottom & 0xFF) &* left &+ (bottom &>> 8) &* right &+ 2) &>> 2
        return upper &* (32 &- below) &+ lower &* below
    }

    @inline(__always)
    private static func float(_ value: SIMD4<UInt16>) -> SIMD4<Float> {
        unsafeBitCast(SIMD4<UInt32>(truncatingIfNeeded: value) | 0x4B00_0000, to: SIMD4<Float>.self) - 0x1p23
    }

    @inline(__always)
    private func blend(_ row: CropRow, _ index: Int, _ output: UnsafeMutablePointer<Float>) {
        let taps = row.taps
        let below = Self.load(row.bottom, index)
        let (lumaRight, chromaRight) = (Self.load(row.lumaRight, index), Self.load(row.chromaRight, index))
        let y = Self.bilinear(
            Self.load(taps[0], index), Self.load(taps[1], index), right: lumaRight, below: below)
        let u = Self.bilinear(
            Self.load(taps[2], index), Self.load(taps[3], index), right: chromaRight, below: below)
        let v = Self.bilinear(
            Self.load(taps[4], index), Self.load(taps[5], index), right: chromaRight, below: below)
        store(
            Self.float(y.lowHalf), Self.float(u.lowHalf), Self.float(v.lowHalf), to: UnsafeMutableRawPointer(output))
        store(
            Self.float(y.highHalf), Self.float(u.highHalf), Self.float(v.highHalf),
            to: UnsafeMutableRawPointer(output + 12))
    }

    @inline(__always)
    private func store(_ y: SIMD4<Float>, _ u: SIMD4<Float>, _ v: SIMD4<Float>, to output: UnsafeMutableRawPointer) {
        let bright = y * colours.luma
        let red = clamped(bright + v * colours.redV + colours.offset.x)
        let green = clamped(bright + (u * colours.greenU + v * colours.greenV) + colours.offset.y)
        let blue = clamped(bright + u * colours.blueU + colours.offset.z)
        output.storeBytes(of: SIMD4(red[0], green[0], blue[0], red[1]), as: SIMD4<Float>.self)
        output.storeBytes(of: SIMD4(green[1], blue[1], red[2], green[2]), toByteOffset: 16, as: SIMD4<Float>.self)
        output.storeBytes(of: SIMD4(blue[2], red[3], green[3], blue[3]), toByteOffset: 32, as: SIMD4<Float>.self)
    }

    @inline(__always)
    private func clamped(_ value: SIMD4<Float>) -> SIMD4<Float> {
        let (low, high) = (SIMD4(repeating: colours.low), SIMD4(repeating: colours.high))
        let raised = low.replacing(with: value, where: value .> low)
        return high.replacing(with: raised, where: raised .< high)
    }
}
