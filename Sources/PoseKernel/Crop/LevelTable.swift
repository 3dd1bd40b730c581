/// The 256 input values of a network that 8-bit levels become.
struct LevelTable {
    let values: [Float]

    init(_ range: CropSpecification.Range) {
        values = (0..<256).map { level in
            switch range {
            // A multiplication by the reciprocal, not a division: they differ in the last bit.
            case .unit: Float(level) * Float(1.0 / 255)
            // OpenCV fuses here; a table pays for the exact rounding once.
            case .signed: Float(-1).addingProduct(Float(level), Float(2.0 / 255))
            }
        }
    }
}
