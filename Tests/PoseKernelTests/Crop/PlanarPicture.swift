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

    /// As swscale's vector code, in plain integers: levels are shifted up by three bits, coefficients are in 1/8192, and
    /// the high half of each product counts.
    func converted() -> TestPicture {
        var picture = TestPicture(width: width, height: height, seed: 0)
        let c = coefficients()
        let black = coding.fullRange ? 0 : 16
        func product(_ level: Int, _ coefficient: Int) -> Int { (level * 8 * coefficient) >> 16 }
        for line in 0..<height {
            for x in 0..<width {
                let block = line / 2 * chromaWidth + x / 2
                let (cu, cv) = (Int(u[block]) - 128, Int(v[block]) - 128)
                let luma = product(Int(y[line * width + x]) - black, c[0])
                let levels = [
                    luma + product(cv, c[1]), luma + product(cu, c[2]) + product(cv, c[3]), luma + product(cu, c[4]),
                ]
                for (channel, level) in levels.enumerated() {
                    picture.pixels[(line * width + x) * 3 + channel] = UInt8(max(0, min(255, level)))
                }
            }
        }
        return picture
    }

    /// swscale's own numbers: luma, red from v, green from u, green from v, blue from u.
    private func coefficients() -> [Int] {
        switch (coding.matrix, coding.fullRange) {
        case (.bt601, false): [9539, 13075, -3209, -6660, 16525]
        case (.bt601, true): [8192, 11485, -2819, -5850, 14516]
        case (.bt709, false): [9539, 14686, -1747, -4366, 17305]
        case (.bt709, true): [8192, 12901, -1535, -3835, 15201]
        case (.bt2020, false): [9539, 13752, -1535, -5328, 17545]
        case (.bt2020, true): [8192, 12080, -1348, -4681, 15412]
        }
    }

    /// `padding` bytes follow each row of the second chroma plane only, so that the strides differ.
    func withView<R>(padding: Int = 0, _ body: (PixelView) throws -> R) rethrows -> R {
        let rows = (height + 1) / 2
        let v = (0..<rows).flatMap { row in
            self.v[row * chromaWidth..<(row + 1) * chromaWidth] + [UInt8](repeating: 0xEE, count: padding)
        }
        return try withPlanes(v, stride: chromaWidth + padding, body)
    }

    private func withPlanes<R>(
        _ v: [UInt8], stride: Int, _ body: (PixelView) throws -> R
    ) rethrows -> R {
        try y.withUnsafeBufferPointer { y in
            try u.withUnsafeBufferPointer { u in
                try v.withUnsafeBufferPointer { v in
                    try body(
                        PixelView(
                            format: .yuv420p(coding), width: width, height: height,
                            planes: [
                                PixelView.Plane(base: y.baseAddress!, stride: width),
                                PixelView.Plane(base: u.baseAddress!, stride: chromaWidth),
                                PixelView.Plane(base: v.baseAddress!, stride: stride),
                            ]))
                }
            }
        }
    }
}
