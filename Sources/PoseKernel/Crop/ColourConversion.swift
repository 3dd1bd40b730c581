import Domain

/// From luma and chroma levels to 8-bit red, green and blue, in the integers of swscale's vector code: values are
/// shifted up by three bits, and each product with a coefficient is cut to a whole level. So the planes give the same
/// levels as a conversion of the picture to RGB would.
struct ColourConversion {
    /// Vectors that `coefficients` points to.
    static let coefficientCount = 5

    typealias Levels = SIMD8<Int16>
    typealias Pixels = (red: Levels, green: Levels, blue: Levels)

    /// In 1/8192, each repeated over a vector: luma, red from v, green from u, green from v, blue from u. They stay in
    /// memory: seen as loop invariants, the compiler would widen them ahead and lose the 16-bit multiplication.
    private let coefficients: UnsafePointer<Levels>
    /// The luma level of black.
    let black: UInt8

    /// `memory` has room for `coefficientCount` vectors and lives as long as the conversion is used.
    init(_ coding: PixelView.YUVCoding, memory: UnsafeMutablePointer<Levels>) {
        let (kr, kb): (Double, Double) =
            switch coding.matrix {
            case .bt601: (0.299, 0.114)
            case .bt709: (0.2126, 0.0722)
            case .bt2020: (0.2627, 0.0593)
            }
        let kg = 1 - kr - kb
        let lumaGain = coding.fullRange ? 1 : 255.0 / 219
        let chromaGain = coding.fullRange ? 1 : 255.0 / 224
        func fixed(_ gain: Double) -> Levels { Levels(repeating: Int16((gain * 8192).rounded())) }
        memory[0] = fixed(lumaGain)
        memory[1] = fixed(2 * (1 - kr) * chromaGain)
        memory[2] = fixed(-2 * (1 - kb) * kb / kg * chromaGain)
        memory[3] = fixed(-2 * (1 - kr) * kr / kg * chromaGain)
        memory[4] = fixed(2 * (1 - kb) * chromaGain)
        coefficients = UnsafePointer(memory)
        black = coding.fullRange ? 0 : 16
    }

    /// One of the coefficients, which are all alike over their vectors.
    func coefficient(_ index: Int) -> Int16 { coefficients[index][0] }

    /// Eight taps; all levels are 0...255.
    @inline(__always)
    func pixels(_ y: Levels, _ u: Levels, _ v: Levels) -> Pixels {
        let bright = Self.product((y &<< 3) &- Int16(black) &<< 3, coefficients[0])
        let (first, second) = ((u &<< 3) &- 1024, (v &<< 3) &- 1024)
        return (
            Self.level(bright &+ Self.product(second, coefficients[1])),
            Self.level(
                bright &+ (Self.product(first, coefficients[2]) &+ Self.product(second, coefficients[3]))),
            Self.level(bright &+ Self.product(first, coefficients[4]))
        )
    }

    /// The high half of the 32-bit product: one instruction.
    @inline(__always)
    private static func product(_ value: Levels, _ coefficient: Levels) -> Levels {
        let wide =
            SIMD8<Int32>(truncatingIfNeeded: value) &* SIMD8<Int32>(truncatingIfNeeded: coefficient)
        return Levels(truncatingIfNeeded: wide &>> 16)
    }

    @inline(__always)
    private static func level(_ value: Levels) -> Levels {
        let (least, most) = (Levels.zero, Levels(repeating: 255))
        let raised = value.replacing(with: least, where: value .< least)
        return raised.replacing(with: most, where: raised .> most)
    }
}
