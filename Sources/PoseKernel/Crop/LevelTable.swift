/// The 256 input values of a network that 8-bit levels become.
struct LevelTable {
    let values: [Float]

    init(_ range: CropSpecification.Range) {
        let (factor, offset) = range.scale
        // OpenCV fuses where there is an offset; without one it is the same.
        values = (0..<256).map { level in offset.addingProduct(Float(level), factor) }
    }
}

extension CropSpecification.Range {
    /// What a level is multiplied with, and what is added, rounded once. A multiplication by the reciprocal, not a
    /// division: they differ in the last bit.
    var scale: (factor: Float, offset: Float) {
        switch self {
        case .unit: (Float(1.0 / 255), 0)
        case .signed: (Float(2.0 / 255), -1)
        }
    }
}
