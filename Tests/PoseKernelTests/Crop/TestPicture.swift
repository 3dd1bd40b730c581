import Domain

/// Pictures made by formula, the same as scripts/golden-tracker.py makes, so that no images are stored.
struct TestPicture {
    let width: Int
    let height: Int
    /// Interleaved RGB.
    var pixels: [UInt8]

    /// Waves with noise on top.
    init(width: Int, height: Int, seed: UInt32) {
        (self.width, self.height) = (width, height)
        pixels = [UInt8](repeating: 0, count: width * height * 3)
        pixels.withUnsafeMutableBufferPointer { pixels in
            var index = 0
            for y in 0..<UInt32(height) {
                for x in 0..<UInt32(width) {
                    for c in 0..<UInt32(3) {
                        pixels[index] = Self.level(x, y, c, seed)
                        index += 1
                    }
                }
            }
        }
    }

    private static func level(_ x: UInt32, _ y: UInt32, _ c: UInt32, _ seed: UInt32) -> UInt8 {
        var h = x &* 0x9E37_79B1 &+ y &* 0x85EB_CA77
        h = h &+ c &* 0xC2B2_AE3D &+ seed
        h ^= h >> 15
        h = h &* 0x2C1B_3C6D
        h ^= h >> 12
        h = h &* 0x297A_2D39
        h ^= h >> 15
        var wave = (x &* 3 &+ y &* 2 &+ c &* 70) & 511
        if wave > 255 { wave = 511 - wave }
        return UInt8((wave * 3 + (h >> 24)) >> 2)
    }

    func withView<R>(_ body: (PixelView) throws -> R) rethrows -> R {
        try pixels.withUnsafeBufferPointer { pixels in
            try body(
                PixelView(
                    format: .rgb24, width: width, height: height,
                    planes: [PixelView.Plane(base: pixels.baseAddress!, stride: width * 3)]))
        }
    }
}
