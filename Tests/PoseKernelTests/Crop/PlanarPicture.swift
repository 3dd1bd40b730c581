import Domain

/// A picture as yuv420p planes, made from RGB, and the RGB that a plain conversion of those planes gives: what the
/// planar warp is compared with.
struct PlanarPicture {
    let width: Int
    let height: Int
    let coding: PixelView.YUVCoding
    let y: [UInt8]
    let u: [UInt8]
    let v: [UInt8]

    var chromaWidth: Int { (width + 1) / 2 }

    init(_ picture: TestPicture, coding: PixelView.YUVCoding) {
        (width, height, self.coding) = (picture.width, picture.height, coding)
        let (kr, kb) = Self.weights(coding)
        let (lumaRange, chromaRange, black) = coding.fullRange ? (255.0, 255.0, 0.0) : (219.0, 224.0, 16.0)
        var (y, u, v) = ([UInt8](), [UInt8](), [UInt8]())
        func rgb(_ x: Int, _ line: Int) -> (Double, Double, Double) {
            let index = (line * picture.width + x) * 3
            return (
                Double(picture.pixels[index]) / 255, Double(picture.pixels[index + 1]) / 255,
                Double(picture.pixels[index + 2]) / 255
            )
        }
        for line in 0..<height {
            for x in 0..<width {
                let (r, g, b) = rgb(x, line)
                let luma = kr * r + (1 - kr - kb) * g + kb * b
                y.append(UInt8((luma * lumaRange + black).rounded()))
                if x % 2 == 0, line % 2 == 0 {
                    // Colours are kept mild, so that few conversions end outside 0...255.
                    u.append(UInt8((0.5 * (b - luma) / (2 * (1 - kb)) * chromaRange + 128).rounded()))
                    v.append(UInt8((0.5 * (r - luma) / (2 * (1 - kr)) * chromaRange + 128).rounded()))
                }
            }
        }
        (self.y, self.u, self.v) = (y, u, v)
    }

    private static func weights(_ coding: PixelView.YUVCoding) -> (Double, Double) {
        switch coding.matrix {
        case .bt601: (0.299, 0.114)
        case .bt709: (0.2126, 0.0722)
        case .bt2020: (0.2627, 0.0593)
        }
    }

    /// As swscale's vector code: every product of a level with a coefficient is cut to a whole number.
    func converted() -> TestPicture {
        var picture = TestPicture(width: width, height: height, seed: 0)
        let (kr, kb) = Self.weights(coding)
        let kg = 1 - kr - kb
        let (lumaGain, chromaGain, black) = coding.fullRange ? (1.0, 1.0, 0.0) : (255.0 / 219, 255.0 / 224, 16.0)
        for line in 0..<height {
            for x in 0..<width {
                let block = line / 2 * chromaWidth + x / 2
                let (cu, cv) = (Double(u[block]) - 128, Double(v[block]) - 128)
                let luma = (lumaGain * (Double(y[line * width + x]) - black)).rounded(.down)
                let levels = [
                    luma + (2 * (1 - kr) * chromaGain * cv).rounded(.down),
                    luma + (-2 * (1 - kb) * kb / kg * chromaGain * cu).rounded(.down)
                        + (-2 * (1 - kr) * kr / kg * chromaGain * cv).rounded(.down),
                    luma + (2 * (1 - kb) * chromaGain * cu).rounded(.down),
                ]
                for (c, level) in levels.enumerated() {
                    picture.pixels[(line * width + x) * 3 + c] = UInt8(max(0, min(255, level)))
                }
            }
        }
        return picture
    }

    func withView<R>(_ body: (PixelView) throws -> R) rethrows -> R {
        try y.withUnsafeBufferPointer { y in
            try u.withUnsafeBufferPointer { u in
                try v.withUnsafeBufferPointer { v in
                    try body(
                        PixelView(
                            format: .yuv420p(coding), width: width, height: height,
                            planes: [
                                PixelView.Plane(base: y.baseAddress!, stride: width),
                                PixelView.Plane(base: u.baseAddress!, stride: chromaWidth),
                                PixelView.Plane(base: v.baseAddress!, stride: chromaWidth),
                            ]))
                }
            }
        }
    }
}
