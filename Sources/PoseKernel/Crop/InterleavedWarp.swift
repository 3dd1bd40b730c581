import Domain

/// Samples one row of a crop from interleaved RGB, bit for bit as OpenCV's bilinear warp does: weights in 1/32, the
/// sum rounded to eight bits.
struct InterleavedWarp {
    let bounds: PictureBounds
    let base: UnsafeRawPointer
    let stride: Int
    let border: CropSpecification.Border

    init(_ picture: PixelView, border: CropSpecification.Border) {
        bounds = PictureBounds(picture)
        base = UnsafeRawPointer(picture.planes[0].base)
        stride = picture.planes[0].stride
        self.border = border
    }

    /// Writes `row.count` x 3 values.
    @inline(__always)
    func write(_ row: CropRow, to output: UnsafeMutablePointer<Float>, through normalisation: some LevelOutput) {
        let (xs, ys) = (row.x, row.y)
        let last = row.count - 1
        var index = 0
        while index <= last {
            let (x, y) = (xs[index], ys[index])
            let levels =
                bounds.isInterior(x >> 5, y >> 5) ? interior(x, y) : atBorder(x, y)
            let values = normalisation.values(levels)
            let target = output + 3 * index
            if index < last {
                // The fourth lane is overwritten by the next pixel.
                UnsafeMutableRawPointer(target).storeBytes(of: values, as: SIMD4<Float>.self)
            } else {
                (target[0], target[1], target[2]) = (values[0], values[1], values[2])
            }
            index &+= 1
        }
    }

    /// The left pixel in the low half and the right one in the high half, as 16-bit lanes.
    @inline(__always)
    private func taps(_ place: UnsafeRawPointer) -> SIMD8<UInt16> {
        let both = SIMD2(
            place.loadUnaligned(as: UInt32.self), place.loadUnaligned(fromByteOffset: 3, as: UInt32.self))
        return SIMD8<UInt16>(truncatingIfNeeded: unsafeBitCast(both, to: SIMD8<UInt8>.self))
    }

    @inline(__always)
    private func interior(_ x: Int32, _ y: Int32) -> SIMD4<UInt32> {
        let place = base + (Int(y >> 5) &* stride &+ Int(x >> 5) &* 3)
        let below = UInt16(truncatingIfNeeded: y & 31)
        let column = taps(place) &* (32 &- below) &+ taps(place + stride) &* below
        // Up to 255 x 1024: exact in single precision, whose multiplication the baseline has for four lanes.
        let right = Float(x & 31)
        let sum = Self.exact(column.lowHalf) * (32 - right) + Self.exact(column.highHalf) * right
        return Self.rounded(sum)
    }

    @inline(never)
    private func atBorder(_ x: Int32, _ y: Int32) -> SIMD4<UInt32> {
        let (column, row) = (x >> 5, y >> 5)
        let (right, below) = (UInt32(x & 31), UInt32(y & 31))
        let top = tap(column, row) &* (32 &- right) &+ tap(column &+ 1, row) &* right
        let bottom = tap(column, row &+ 1) &* (32 &- right) &+ tap(column &+ 1, row &+ 1) &* right
        return (top &* (32 &- below) &+ bottom &* below &+ 512) &>> 10
    }

    @inline(__always)
    private func tap(_ x: Int32, _ y: Int32) -> SIMD4<UInt32> {
        if border == .zero && !bounds.contains(x, y) { return .zero }
        let place = base + (bounds.clampY(y) &* stride &+ bounds.clampX(x) &* 3)
        return SIMD4(
            UInt32(place.load(as: UInt8.self)), UInt32(place.load(fromByteOffset: 1, as: UInt8.self)),
            UInt32(place.load(fromByteOffset: 2, as: UInt8.self)), 0)
    }

    @inline(__always)
    private static func exact(_ value: SIMD4<UInt16>) -> SIMD4<Float> {
        unsafeBitCast(SIMD4<UInt32>(truncatingIfNeeded: value) | 0x4B00_0000, to: SIMD4<Float>.self) - 0x1p23
    }

    /// (sum + 512) >> 10 of whole numbers.
    @inline(__always)
    private static func rounded(_ sum: SIMD4<Float>) -> SIMD4<UInt32> {
        (unsafeBitCast(sum + (0x1p23 + 512), to: SIMD4<UInt32>.self) & 0x7F_FFFF) &>> 10
    }
}
