import PoseKernel
import Testing

@Suite struct PixelInputTests {
    @Test("levels become values in the network's range, and the fourth byte of a pixel counts for nothing")
    func everyLevel() {
        for (specification, factor, offset) in [
            (CropSpecification.landmarks, Float(1.0 / 255), 0 as Float), (.detector, Float(2.0 / 255), -1),
        ] {
            let pixels = (0..<specification.side * specification.side * 4).map { index in
                UInt8(truncatingIfNeeded: index % 4 == 3 ? 255 : index / 4 + 85 * (index % 4))
            }
            let expected = pixels.indices.filter { $0 % 4 != 3 }.map { offset.addingProduct(Float(pixels[$0]), factor) }
            #expect(Set(expected).count == 256)
            for usesVectors in [false, true] {
                #expect(values(pixels, specification, usesVectors: usesVectors) == expected)
            }
        }
    }
}
