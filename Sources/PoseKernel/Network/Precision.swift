package import MicrokernelABI

/// What the networks compute in.
package enum Precision: String, CaseIterable, Sendable {
    case fp32
    /// Factors rounded to bf16 and sums in fp32 for 1x1 convolutions of at most `mostReducedPixels`; all else in fp32.
    case bf16

    /// The finer grids come first in the networks, and what is rounded there adds most of the error of the landmarks:
    /// nine tenths of its square for a third of the time saved (scripts/check-precision).
    package static let mostReducedPixels = 784

    /// Those that kernels of `isa` exist for on this CPU, most exact first.
    package static func available(with isa: InstructionSet) -> [Precision] {
        allCases.filter { $0.isAvailable(with: isa) }
    }

    /// What a computer must have for it.
    package var requirement: String {
        switch self {
        case .fp32: "nothing"
        case .bf16: "the instruction set avx512 on a CPU with AVX512-BF16"
        }
    }

    private func isAvailable(with isa: InstructionSet) -> Bool {
        switch self {
        case .fp32: isa.microkernels != nil
        case .bf16: isa == .avx512 && isa.microkernels != nil && BF16Gemm.kernel != nil
        }
    }

    /// The fastest that scripts/check-precision admits. bf16 is not yet: of twelve clips one, a run on a treadmill, has a
    /// median joint angle in a free run that is 0.92 degrees off; 0.5 are allowed.
    package static func best(with isa: InstructionSet) -> Precision { available(with: isa).first ?? .fp32 }

    /// For the products that a reduced precision is good enough for; nil: in fp32 as all others.
    package var reducedGemm: GemmKernel? {
        switch self {
        case .fp32: nil
        case .bf16: BF16Gemm.kernel
        }
    }
}
