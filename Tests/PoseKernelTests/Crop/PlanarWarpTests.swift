import Domain
import PoseKernel
import Testing

/// Crops from planes against crops of the same picture converted to RGB first: every value equal.
@Suite struct PlanarWarpTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var width: Int
        var height: Int
        var matrix: PixelView.YUVCoding.Matrix
        var fullRange: Bool

        var testDescription: String { "\(width)x\(height) \(matrix) \(fullRange ? "full" : "studio") range" }
    }

    static let sizes = [(320, 240), (321, 241), (96, 200), (1, 1), (2, 1), (3, 3), (5, 2), (1, 7)]
    static let cases = sizes.flatMap { size in
        [PixelView.YUVCoding.Matrix.bt601, .bt709, .bt2020].flatMap { matrix in
            [false, true].map { Case(width: size.0, height: size.1, matrix: matrix, fullRange: $0) }
        }
    }

    @Test("planes give the values that a converted picture gives", arguments: cases)
    func equalsConverted(_ given: Case) throws {
        let planar = PlanarPicture(
            TestPicture(width: given.width, height: given.height, seed: 77),
            coding: PixelView.YUVCoding(matrix: given.matrix, fullRange: given.fullRange))
        let converted = planar.converted()
        for specification in [CropSpecification.landmarks, .detector] {
            for geometry in try geometries(given) {
                let expected = converted.withView { crop($0, geometry, specification) }
                for vectors in CropVectors.available {
                    let actual = planar.withView { crop($0, geometry, specification, vectors: vectors) }
                    #expect(actual == expected, "\(geometry), vectors: \(vectors)")
                }
            }
        }
    }

    @Test("chroma planes of different strides are read right")
    func differentStrides() throws {
        let given = Case(width: 97, height: 64, matrix: .bt601, fullRange: false)
        let planar = PlanarPicture(
            TestPicture(width: given.width, height: given.height, seed: 5),
            coding: PixelView.YUVCoding(matrix: .bt601, fullRange: false))
        for geometry in try geometries(given) {
            let plain = planar.withView { crop($0, geometry, .landmarks) }
            let padded = planar.withView(padding: 13) { crop($0, geometry, .landmarks) }
            #expect(plain == padded)
        }
    }

    /// The whole picture, parts of it, and regions that reach beyond it or miss it.
    private func geometries(_ given: Case) throws -> [CropGeometry] {
        let (w, h) = (Float(given.width), Float(given.height))
        let side = max(w, h)
        let regions = [
            RegionOfInterest(centreX: 0.5, centreY: 0.5, width: 0.4 * side / w, height: 0.4 * side / h, rotation: 0.3),
            RegionOfInterest(centreX: 0.4, centreY: 0.7, width: 1.3 * side / w, height: 1.3 * side / h, rotation: -2),
            RegionOfInterest(centreX: 0.1, centreY: 0.9, width: 3 * side / w, height: 3 * side / h, rotation: 0),
            RegionOfInterest(centreX: 4, centreY: -3, width: 0.5 * side / w, height: 0.5 * side / h, rotation: 1),
        ]
        let whole = try #require(CropGeometry(width: given.width, height: given.height))
        return [whole] + regions.compactMap { CropGeometry(region: $0, width: given.width, height: given.height) }
    }
}
