/// The projective map from a pixel of the crop to a place in the picture, in 1/32 pixels.
///
/// Corners are rounded to single precision, so the quadrilateral is not exactly a parallelogram and the map not exactly
/// affine; and with whole-number sizes places fall on exact halves of 1/32, where the last bit of a coefficient decides.
/// So the coefficients come about as in OpenCV: the map from picture to crop as the solution of eight linear equations,
/// then its inverse, all in double precision in the same order. Pixel indices, not centres, are mapped.
struct PixelMap: Equatable {
    /// Row by row; the bottom right one is close to 1.
    private(set) var m: [9 of Double]

    /// Takes (0, 0), (side, 0), (side, side), (0, side) to the corners of `geometry`.
    init(_ geometry: CropGeometry, side: Int) {
        m = Self.inverse(Self.pictureToCrop(geometry, side: Float(side)))
    }

    static func == (a: PixelMap, b: PixelMap) -> Bool {
        a.m.indices.allSatisfy { a.m[$0] == b.m[$0] }
    }

    // MARK: Coefficients

    /// Two equations for each corner, horizontal ones first; the ninth coefficient is 1.
    private static func pictureToCrop(_ geometry: CropGeometry, side: Float) -> [9 of Double] {
        let corners: [4 of SIMD2<Float>] = [
            geometry.bottomLeft, geometry.topLeft, geometry.topRight, geometry.bottomRight,
        ]
        let targets: [4 of SIMD2<Float>] = [[0, side], [0, 0], [side, 0], [side, side]]
        var system = LinearSystem()
        for index in 0..<4 {
            let (corner, target) = (corners[index], targets[index])
            for (axis, row) in [index, index + 4].enumerated() {
                let goal = target[axis]
                system.set(row, 3 * axis, Double(corner.x))
                system.set(row, 3 * axis + 1, Double(corner.y))
                system.set(row, 3 * axis + 2, 1)
                // Products in single precision: so the reference rounds them.
                system.set(row, 6, Double(-corner.x * goal))
                system.set(row, 7, Double(-corner.y * goal))
                system.set(row, 8, Double(goal))
            }
        }
        return system.solved()
    }

    /// By cofactors. A map that cannot be inverted becomes all zeros: every pixel then shows the picture's corner.
    private static func inverse(_ a: [9 of Double]) -> [9 of Double] {
        let (c0, c1) = (a[4] * a[8] - a[5] * a[7], a[3] * a[8] - a[5] * a[6])
        let c2 = a[3] * a[7] - a[4] * a[6]
        let determinant = a[0] * c0 - a[1] * c1 + a[2] * c2
        guard determinant != 0 else { return .init(repeating: 0) }
        let d = 1 / determinant
        return [
            (a[4] * a[8] - a[5] * a[7]) * d, (a[2] * a[7] - a[1] * a[8]) * d, (a[1] * a[5] - a[2] * a[4]) * d,
            (a[5] * a[6] - a[3] * a[8]) * d, (a[0] * a[8] - a[2] * a[6]) * d, (a[2] * a[3] - a[0] * a[5]) * d,
            (a[3] * a[7] - a[4] * a[6]) * d, (a[1] * a[6] - a[0] * a[7]) * d, (a[0] * a[4] - a[1] * a[3]) * d,
        ]
    }

    // MARK: Places

    /// Adding this puts a double's value, rounded half to even, into the low bits of its pattern.
    private static let rounder = SIMD4<Double>(repeating: 0x1.8p52)
    /// OpenCV starts its sums anew every so many pixels.
    private static let block = 64

    /// Numerators and denominator at a pixel.
    @inline(__always)
    private func sums(_ u: Double, _ v: Double) -> (Double, Double, Double) {
        (m[0] * u + m[1] * v + m[2], m[3] * u + m[4] * v + m[5], m[6] * u + m[7] * v + m[8])
    }

    /// Writes the places of one row of the crop. Values beyond 32 bits wrap; readers clamp them, so they are harmless.
    func write(row: Int, count: Int, x: UnsafeMutablePointer<Int32>, y: UnsafeMutablePointer<Int32>) {
        let v = Double(row)
        var start = 0
        while start < count {
            let (startX, startY, startW) = sums(Double(start), v)
            var u = SIMD4<Double>(0, 1, 2, 3)
            var index = start
            let end = min(count, start &+ Self.block)
            while index < end {
                let w = 32 / (u * m[6] + startW)
                let px = (u * m[0] + startX) * w + Self.rounder
                let py = (u * m[3] + startY) * w + Self.rounder
                UnsafeMutableRawPointer(x + index).storeBytes(of: Self.lowHalves(px), as: SIMD4<Int32>.self)
                UnsafeMutableRawPointer(y + index).storeBytes(of: Self.lowHalves(py), as: SIMD4<Int32>.self)
                u += 4
                index &+= 4
            }
            start = end
        }
    }

    @inline(__always)
    private static func lowHalves(_ value: SIMD4<Double>) -> SIMD4<Int32> {
        SIMD4<Int32>(truncatingIfNeeded: unsafeBitCast(value, to: SIMD4<Int64>.self))
    }
}
