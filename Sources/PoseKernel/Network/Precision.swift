package import MicrokernelABI

/// What the networks compute in. A reduced precision is for 1x1 convolutions that are no outputs, and for the first
/// convolution, which multiplies the levels of a crop with weights of 16 bits; what is not said here is in fp32.
package enum Precision: String, CaseIterable, Sendable {
    case fp32
    /// Factors rounded to integers of up to 16 bits, products added exactly, on every grid.
    case int16
    /// Factors rounded to bytes, of a residual block's depthwise convolution, too; but to 16 bits where `BytePolicy`
    /// says that the network's results need them.
    case int8

    /// Those that kernels of `isa` exist for on this CPU, most exact first.
    package static func available(with isa: InstructionSet) -> [Precision] {
        allCases.filter { $0.isAvailable(with: isa) }
    }

    /// What a computer must have for it.
    package var requirement: String {
        switch self {
        case .fp32: "nothing"
        case .int16, .int8: "the instruction set avx512 on a CPU with AVX512-VNNI"
        }
    }

    private func isAvailable(with isa: InstructionSet) -> Bool {
        guard isa.microkernels != nil else { return false }
        switch self {
        case .fp32: return true
        case .int16, .int8: return isa == .avx512 && IntegerGemm.isAvailable
        }
    }

    /// int8 where there is one: the fastest that scripts/check-precision admits, over fifteen clips and 5,800 frames
    /// (docs/accuracy.md). It moves landmarks by 0.08 px at the median, int16 by 0.008.
    package static func best(with isa: InstructionSet) -> Precision {
        available(with: isa).contains(.int8) ? .int8 : .fp32
    }

    /// For a product in this precision; nil: it is to be in fp32.
    ///
    /// - Parameters:
    ///   - clamped: its A lies in 0...6.
    ///   - bytes: its factors are to be bytes where the precision has any.
    package func reducedGemm(clamped: Bool, bytes: Bool) -> GemmKernel? {
        guard self != .fp32 else { return nil }
        let product = bytes && self == .int8 ? IntegerGemm.bytes : IntegerGemm.pairs
        return clamped ? product.clamped : product.rows
    }
}
