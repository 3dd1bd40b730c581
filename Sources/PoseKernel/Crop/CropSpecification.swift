/// What a network wants of its input: side of the square, range of the values, and what lies outside the picture.
package struct CropSpecification: Equatable, Sendable {
    package enum Range: Sendable {
        /// 0...1
        case unit
        /// -1...1
        case signed
    }

    package enum Border: Sendable {
        /// The nearest pixel of the picture.
        case replicate
        /// Black.
        case zero
    }

    package var side: Int
    package var range: Range
    package var border: Border

    package init(side: Int, range: Range, border: Border) {
        precondition(side >= 16 && side % 16 == 0, "the warps work on groups of sixteen pixels")
        (self.side, self.range, self.border) = (side, range, border)
    }

    package static let detector = CropSpecification(side: DetectorTensors.inputSide, range: .signed, border: .zero)
    package static let landmarks = CropSpecification(side: LandmarkTensors.inputSide, range: .unit, border: .replicate)

    /// What fills an input of that shape; nil: no crop.
    package static func filling(_ shape: [Int]) -> CropSpecification? {
        [detector, landmarks].first { shape == [1, $0.side, $0.side, 3] }
    }
}
