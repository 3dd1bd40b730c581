import CCropVectors

/// What crops of planar pictures are made with.
package enum CropVectors: CaseIterable, Sendable {
    /// Plain code, which is the reference for the others.
    case none
    case avx2, avx512

    /// What this CPU can run, slowest first.
    package static let available = allCases.filter(\.isAvailable)

    package static var best: CropVectors { available.last ?? .none }

    private var isAvailable: Bool {
        switch self {
        case .none: true
        case .avx2: ccrop_has_avx2()
        case .avx512: ccrop_has_avx512()
        }
    }
}
