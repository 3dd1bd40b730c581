/// The projective map from a pixel of the crop to a place in the picture, in 1/32 pixels.
///
/// Corners are rounded to single precision, so the quadrilateral is not exactly a parallelogram and the map not exactly
/// affine; the difference decides roundings. Pixel indices, not centres, are mapped.
struct PixelMap: Equatable {
    private var xx: Double, xy: Double, x1: Double
    private var yx: Double, yy: Double, y1: Double
    private var wx: Double, wy: Double

    /// Takes (0, 0), (side, 0), (side, side), (0, side) to the corners of `geometry`.
    init(_ geometry: CropGeometry, side: Int) {
        let (q0x, q0y) = (Double(geometry.topLeft.x), Double(geometry.topLeft.y))
        let (q1x, q1y) = (Double(geometry.topRight.x), Double(geometry.topRight.y))
        let (q2x, q2y) = (Double(geometry.bottomRight.x), Double(geometry.bottomRight.y))
        let (q3x, q3y) = (Double(geometry.bottomLeft.x), Double(geometry.bottomLeft.y))

        let (sx, sy) = (q0x - q1x + q2x - q3x, q0y - q1y + q2y - q3y)
        let (ax, ay) = (q1x - q2x, q1y - q2y)
        let (bx, by) = (q3x - q2x, q3y - q2y)
        let determinant = ax * by - bx * ay
        let g = (sx * by - bx * sy) / determinant
        let h = (ax * sy - sx * ay) / determinant

        let scale = 1 / Double(side)
        (xx, xy, x1) = ((q1x - q0x + g * q1x) * scale, (q3x - q0x + h * q3x) * scale, q0x)
        (yx, yy, y1) = ((q1y - q0y + g * q1y) * scale, (q3y - q0y + h * q3y) * scale, q0y)
        (wx, wy) = (g * scale, h * scale)
    }

    /// Adding this puts a double's value, rounded half to even, into the low bits of its pattern.
    private static let rounder = SIMD4<Double>(repeating: 0x1.8p52)

    /// Writes the places of one row of the crop. Values beyond 32 bits wrap; readers clamp them, so they are harmless.
    func write(row: Int, count: Int, x: UnsafeMutablePointer<Int32>, y: UnsafeMutablePointer<Int32>) {
        let v = Double(row)
        let (rowX, rowY, rowW) = (xy * v + x1, yy * v + y1, wy * v + 1)
        var u = SIMD4<Double>(0, 1, 2, 3)
        var index = 0
        while index < count {
            let w = 32 / (u * wx + rowW)
            let px = (u * xx + rowX) * w + Self.rounder
            let py = (u * yx + rowY) * w + Self.rounder
            UnsafeMutableRawPointer(x + index).storeBytes(of: Self.lowHalves(px), as: SIMD4<Int32>.self)
            UnsafeMutableRawPointer(y + index).storeBytes(of: Self.lowHalves(py), as: SIMD4<Int32>.self)
            u += 4
            index &+= 4
        }
    }

    @inline(__always)
    private static func lowHalves(_ value: SIMD4<Double>) -> SIMD4<Int32> {
        SIMD4<Int32>(truncatingIfNeeded: unsafeBitCast(value, to: SIMD4<Int64>.self))
    }
}
