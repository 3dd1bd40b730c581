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

    /// Writes `row.count` pixels of four bytes.
    func write(_ row: CropRow, to output: UnsafeMutablePointer<UInt8>) {
        let (xs, ys, count) = (row.x, row.y, row.count)
        var (index, target) = (0, output)
        while index < count {
            let (x, y) = (xs[index], ys[index])
            let levels = bounds.isInterior(x >> 5, y >> 5) ? interior(x, y) : atBorder(x, y)
            (target[0], target[1], target[2], target[3]) = (levels.red, levels.green, levels.blue, 0)
            target += 4
            index &+= 1
        }
    }

    private typealias Levels = (red: UInt8, green: UInt8, blue: UInt8)

    // MARK: Inside

    /// Both pixels of a sub-row sit in one 64-bit word; its bytes are spread over 16-bit lanes, so that one
    /// multiplication weighs three of them.
    @inline(__always)
    private func interior(_ x: Int32, _ y: Int32) -> Levels {
        let place = base + (Int(y >> 5) &* stride &+ Int(x >> 5) &* 3)
        let top = UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))
        let bottom = UInt64(littleEndian: (place + stride).loadUnaligned(as: UInt64.self))
        let (right, below) = (UInt64(truncatingIfNeeded: x & 31), UInt64(truncatingIfNeeded: y & 31))
        let (left, above) = (32 &- right, 32 &- below)

        let lanes: UInt64 = 0x00FF_00FF_00FF_00FF
        // Lanes from low to high: red and blue of the left pixel, green of the right one.
        let even = (top & lanes) &* above &+ (bottom & lanes) &* below
        // Green of the left pixel, red and blue of the right one.
        let odd = (top &>> 8 & lanes) &* above &+ (bottom &>> 8 & lanes) &* below

        let leftPair = even & 0xFFFF | (odd & 0xFFFF) &<< 32
        let rightPair = odd &>> 16 & 0xFFFF | even & 0xFFFF_0000_0000
        let redGreen = leftPair &* left &+ rightPair &* right &+ 0x0000_0200_0000_0200
        let blue = (even &>> 16 & 0xFFFF) &* left &+ (odd &>> 32 & 0xFFFF) &* right &+ 0x200
        return (
            UInt8(truncatingIfNeeded: redGreen &>> 10), UInt8(truncatingIfNeeded: redGreen &>> 42),
            UInt8(truncatingIfNeeded: blue &>> 10)
        )
    }

    // MARK: At the border

    @inline(never)
    private func atBorder(_ x: Int32, _ y: Int32) -> Levels {
        let (column, row) = (x >> 5, y >> 5)
        let taps = (
            tap(column, row), tap(column &+ 1, row), tap(column, row &+ 1), tap(column &+ 1, row &+ 1)
        )
        let (right, below) = (UInt32(x & 31), UInt32(y & 31))
        func blended(_ channel: Int) -> UInt8 {
            let top = level(taps.0, channel) &* (32 &- right) &+ level(taps.1, channel) &* right
            let bottom = level(taps.2, channel) &* (32 &- right) &+ level(taps.3, channel) &* right
            return UInt8(truncatingIfNeeded: (top &* (32 &- below) &+ bottom &* below &+ 512) &>> 10)
        }
        return (blended(0), blended(1), blended(2))
    }

    /// Where a tap is read; nil for black.
    @inline(__always)
    private func tap(_ x: Int32, _ y: Int32) -> UnsafeRawPointer? {
        if border == .zero && !bounds.contains(x, y) { return nil }
        return base + (bounds.clampY(y) &* stride &+ bounds.clampX(x) &* 3)
    }

    @inline(__always)
    private func level(_ tap: UnsafeRawPointer?, _ channel: Int) -> UInt32 {
        guard let tap else { return 0 }
        return UInt32(tap.load(fromByteOffset: channel, as: UInt8.self))
    }
}
