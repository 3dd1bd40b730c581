import Domain

/// From luma and chroma levels to 8-bit red, green and blue, in the integers of swscale's vector code: values are
/// shifted up by three bits, and each product with a coefficient is cut to a whole level. So the planes give the same
/// levels as a conversion of the picture to RGB would.
struct ColourConversion {
    /// Coefficients in 1/8192.
    private let luma: Int16
    private let redV: Int16
    private let greenU: Int16
    private let greenV: Int16
    private let blueU: Int16
    /// The luma level of black.
    let black: UInt8

    init(_ coding: PixelView.YUVCoding) {
        let (kr, kb): (Double, Double) =
            switch coding.matrix {
            case .bt601: (0.299, 0.114)
            case .bt709: (0.2126, 0.0722)
            case .bt2020: (0.2627, 0.0593)
            }
        let kg = 1 - kr - kb
        let lumaGain = coding.fullRange ? 1 : 255.0 / 219
        let chromaGain = coding.fullRange ? 1 : 255.0 / 224
        func fixed(_ gain: Double) -> Int16 { Int16((gain * 8192).rounded()) }
        luma = fixed(lumaGain)
        redV = fixed(2 * (1 - kr) * chromaGain)
        greenU = fixed(-2 * (1 - kb) * kb / kg * chromaGain)
        greenV = fixed(-2 * (1 - kr) * kr / kg * chromaGain)
        blueU = fixed(2 * (1 - kb) * chromaGain)
        black = coding.fullRange ? 0 : 16
    }

    typealias Levels = SIMD8<Int16>
    typealias Pixels = (red: Levels, green: Levels, blue: Levels)

    /// Eight pixels; all levels are 0...255.
    @inline(__always)
    func pixels(_ y: Levels, _ u: Levels, _ v: Levels) -> Pixels {
        let bright = Self.product((y &<< 3) &- Int16(black) &<< 3, luma)
        let (first, second) = ((u &<< 3) &- 1024, (v &<< 3) &- 1024)
        return (
            Self.level(bright &+ Self.product(second, redV)),
            Self.level(bright &+ (Self.product(first, greenU) &+ Self.product(second, greenV))),
            Self.level(bright &+ Self.product(first, blueU))
        )
    }

    /// The high half of the 32-bit product: one instruction.
    @inline(__always)
    private static func product(_ value: Levels, _ coefficient: Int16) -> Levels {
        let wide = SIMD8<Int32>(truncatingIfNeeded: value) &* SIMD8<Int32>(repeating: Int32(coefficient))
        return Levels(truncatingIfNeeded: wide &>> 16)
    }

    @inline(__always)
    private static func level(_ value: Levels) -> Levels {
        let (least, most) = (Levels.zero, Levels(repeating: 255))
        let raised = value.replacing(with: least, where: value .< least)
        return raised.replacing(with: most, where: raised .> most)
    }
}
