import CCPU
package import MicrokernelABI
import MicrokernelsPortable
#if arch(arm64)
import MicrokernelsNEON
#else
import MicrokernelsAVX2
import MicrokernelsAVX512
#endif

/// The instruction sets that there are kernels for.
package enum InstructionSet: String, CaseIterable, Sendable {
    case portable, avx2, avx512, neon

    /// What this CPU and its operating system can run, slowest first.
    package static let available: [InstructionSet] = allCases.filter { $0.microkernels != nil }

    package static var best: InstructionSet { available.last ?? .portable }

    /// Nil where the CPU cannot run them.
    package var microkernels: Microkernels? {
        switch self {
        case .portable: MicrokernelsPortable.KernelTable.microkernels
        #if arch(arm64)
        case .neon: MicrokernelsNEON.KernelTable.microkernels
        case .avx2, .avx512: nil
        #else
        case .avx2: ccpu_has_avx2_fma() ? MicrokernelsAVX2.KernelTable.microkernels : nil
        case .avx512: ccpu_has_avx512() ? MicrokernelsAVX512.KernelTable.microkernels : nil
        case .neon: nil
        #endif
        }
    }
}
