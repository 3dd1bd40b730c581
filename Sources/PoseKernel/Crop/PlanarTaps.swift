import Domain

/// Collects the taps of every pixel of a row from the planes, so that the arithmetic can go over eight pixels at once.
struct PlanarTaps {
    private let bounds: PictureBounds
    private let luma: Plane
    private let u: Plane
    private let v: Plane
    private let border: CropSpecification.Border
    private let black: UInt8

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

    /// `black` is the luma level of black, for taps outside the picture.
    init(_ picture: PixelView, border: CropSpecification.Border, black: UInt8) {
        bounds = PictureBounds(picture)
        (luma, u, v) = (Plane(picture.planes[0]), Plane(picture.planes[1]), Plane(picture.planes[2]))
        (self.border, self.black) = (border, black)
    }

    func gather(_ row: CropRow) {
        let (xs, ys, count) = (row.x, row.y, row.count)
        let (lumaTop, lumaBottom) = (row.lumaTop, row.lumaBottom)
        let (uTop, uBottom, vTop, vBottom) = (row.uTop, row.uBottom, row.vTop, row.vBottom)
        let (lumaRight, chromaRight, below) = (row.lumaRight, row.chromaRight, row.below)
        var index = 0
        while index < count {
            let (x, y) = (xs[index] >> 5, ys[index] >> 5)
            let right = UInt16(truncatingIfNeeded: xs[index] & 31)
            lumaRight[index] = right
            below[index] = UInt16(truncatingIfNeeded: ys[index] & 31)
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
                chromaRight[index] = right & (0 &- UInt16(truncatingIfNeeded: x & 1))
            } else {
                chromaRight[index] = right
                (lumaTop[index], uTop[index], vTop[index]) = atBorder(x, y)
                (lumaBottom[index], uBottom[index], vBottom[index]) = atBorder(x, y &+ 1)
            }
            index &+= 1
        }
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
