import Domain

/// Collects the taps of every pixel of a row from the planes, so that the arithmetic can go over eight pixels at once.
struct PlanarTaps {
    private let bounds: PictureBounds
    private let luma: Plane
    private let u: Plane
    private let v: Plane
    /// From a sample of the first chroma plane to the same one of the second, where their strides agree.
    private let chromaDistance: Int
    private let border: CropSpecification.Border
    private let black: UInt8

    private struct Plane {
        let base: UnsafeRawPointer
        let stride: Int

        init(_ plane: PixelView.Plane) { (base, stride) = (UnsafeRawPointer(plane.base), plane.stride) }

        @inline(__always)
        func level(_ x: Int, _ y: Int) -> UInt16 {
            UInt16((base + (y &* stride &+ x)).load(as: UInt8.self))
        }
    }

    /// `black` is the luma level of black, for taps outside the picture.
    init(_ picture: PixelView, border: CropSpecification.Border, black: UInt8) {
        (luma, u, v) = (Plane(picture.planes[0]), Plane(picture.planes[1]), Plane(picture.planes[2]))
        bounds = PictureBounds(picture, isWide: u.stride == v.stride)
        chromaDistance = v.base - u.base
        (self.border, self.black) = (border, black)
    }

    /// Leaves the fractions of `row.x` and `row.y` as they are, and the parity of `row.x` such that it says whether the
    /// right tap's chroma is in the high byte.
    func gather(_ row: CropRow) {
        for index in stride(from: 0, to: row.count, by: CropRow.group) { gather(row, index) }
    }

    /// The taps of the group of pixels that begins at `index`.
    @inline(__always)
    private func gather(_ row: CropRow, _ index: Int) {
        let (x, y) = (row.x + index, row.y + index)
        let target = UnsafeMutableRawPointer(row.taps + CropRow.tapRows &* index)
        for lane in 0..<CropRow.group {
            let (column, line) = (x[lane] >> 5, y[lane] >> 5)
            let place = target + 2 &* lane
            if bounds.isInterior(column, line) {
                interior(Int(column), Int(line), to: place)
            } else {
                Self.store(atBorder(column, line), to: place, 0)
                Self.store(atBorder(column, line &+ 1), to: place, 1)
                // Its right tap is stored in full: have it taken as that of an odd pixel.
                x[lane] |= 32
            }
        }
    }

    @inline(__always)
    private func interior(_ column: Int, _ line: Int, to target: UnsafeMutableRawPointer) {
        let bright = luma.base + (line &* luma.stride &+ column)
        let first = u.base + ((line >> 1) &* u.stride &+ (column >> 1))
        // An odd line and the one below it lie in different blocks.
        let step = u.stride & (0 &- (line & 1))
        let second = first + chromaDistance
        target.storeBytes(of: Self.pair(bright), as: UInt16.self)
        target.storeBytes(of: Self.pair(first), toByteOffset: 16, as: UInt16.self)
        target.storeBytes(of: Self.pair(second), toByteOffset: 32, as: UInt16.self)
        target.storeBytes(of: Self.pair(bright + luma.stride), toByteOffset: 48, as: UInt16.self)
        target.storeBytes(of: Self.pair(first + step), toByteOffset: 64, as: UInt16.self)
        target.storeBytes(of: Self.pair(second + step), toByteOffset: 80, as: UInt16.self)
    }

    @inline(__always)
    private static func pair(_ place: UnsafeRawPointer) -> UInt16 {
        UInt16(littleEndian: place.loadUnaligned(as: UInt16.self))
    }

    /// `half` is 0 for the sub-row above and 1 for the one below.
    @inline(__always)
    private static func store(_ taps: Triple, to target: UnsafeMutableRawPointer, _ half: Int) {
        target.storeBytes(of: taps.luma, toByteOffset: 48 * half, as: UInt16.self)
        target.storeBytes(of: taps.u, toByteOffset: 48 * half + 16, as: UInt16.self)
        target.storeBytes(of: taps.v, toByteOffset: 48 * half + 32, as: UInt16.self)
    }

    private typealias Triple = (luma: UInt16, u: UInt16, v: UInt16)

    /// The pairs of a sub-row at or beyond the border.
    @inline(never)
    private func atBorder(_ x: Int32, _ y: Int32) -> Triple {
        let (left, right) = (tap(x, y), tap(x &+ 1, y))
        return (left.luma | right.luma << 8, left.u | right.u << 8, left.v | right.v << 8)
    }

    @inline(__always)
    private func tap(_ x: Int32, _ y: Int32) -> Triple {
        if border == .zero && !bounds.contains(x, y) { return (UInt16(black), 128, 128) }
        let (column, line) = (bounds.clampX(x), bounds.clampY(y))
        let (block, blockLine) = (column >> 1, line >> 1)
        return (luma.level(column, line), u.level(block, blockLine), v.level(block, blockLine))
    }
}
