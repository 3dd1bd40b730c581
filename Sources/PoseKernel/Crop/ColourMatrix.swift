import Domain

/// From luma and chroma to the values that a network wants of red, green and blue.
struct ColourMatrix {
    /// red = luma * y + redV * v + offset.x, and so on.
    let luma: Float
    let redV: Float
    let greenU: Float
    let greenV: Float
    let blueU: Float
    let offset: SIMD3<Float>
    let low: Float
    let high: Float
    /// The luma level of black.
    let black: UInt8

    init(_ coding: PixelView.YUVCoding, range: CropSpecification.Range) {
        let (kr, kb): (Double, Double) =
            switch coding.matrix {
            case .bt601: (0.299, 0.114)
            case .bt709: (0.2126, 0.0722)
            case .bt2020: (0.2627, 0.0593)
            }
        let kg = 1 - kr - kb
        let lumaGain = coding.fullRange ? 1 : 255.0 / 219
        let chromaGain = coding.fullRange ? 1 : 255.0 / 224
        black = coding.fullRange ? 0 : 16
        let (rv, bu) = (2 * (1 - kr) * chromaGain, 2 * (1 - kb) * chromaGain)
        let (gu, gv) = (-2 * (1 - kb) * kb / kg * chromaGain, -2 * (1 - kr) * kr / kg * chromaGain)

        // swscale, which makes the RGB that the networks are compared on, cuts each product to whole levels: on
        // average half a level is lost for each of them.
        let lost = SIMD3(1.0, 1.5, 1.0)
        let dark = Double(black) * lumaGain
        let levels = SIMD3(-dark - 128 * rv, -dark - 128 * (gu + gv), -dark - 128 * bu) - lost
        let (scale, shift) = range == .unit ? (1.0 / 255, 0.0) : (2.0 / 255, -1.0)
        luma = Float(lumaGain * scale / 256)
        redV = Float(rv * scale / 256)
        (greenU, greenV) = (Float(gu * scale / 256), Float(gv * scale / 256))
        blueU = Float(bu * scale / 256)
        offset = SIMD3<Float>(levels * scale + shift)
        (low, high) = (Float(shift), 1)
    }

    /// Values of four pixels.
    typealias Pixels = (red: SIMD4<Float>, green: SIMD4<Float>, blue: SIMD4<Float>)

    /// From luma and chroma in 1/256 levels.
    @inline(__always)
    func pixels(_ y: SIMD4<Float>, _ u: SIMD4<Float>, _ v: SIMD4<Float>) -> Pixels {
        let bright = y * luma
        return (
            clamped(bright + v * redV + offset.x),
            clamped(bright + (u * greenU + v * greenV) + offset.y),
            clamped(bright + u * blueU + offset.z)
        )
    }

    @inline(__always)
    private func clamped(_ value: SIMD4<Float>) -> SIMD4<Float> {
        let (least, most) = (SIMD4(repeating: low), SIMD4(repeating: high))
        let raised = least.replacing(with: value, where: value .> least)
        return most.replacing(with: raised, where: raised .< most)
    }
}
