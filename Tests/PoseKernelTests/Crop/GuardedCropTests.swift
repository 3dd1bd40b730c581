import Domain
import PoseKernel
import Support
import Testing

/// Crops of pictures that stand right against memory which must not be touched, of random levels: from planes with
/// every kind of vectors the same pixels as without, and no read or write beyond.
@Suite struct GuardedCropTests {
    static let sizes = [(1, 1), (2, 1), (3, 1), (3, 3), (4, 2), (5, 7), (2, 65), (33, 17), (64, 64), (127, 31)]

    @Test("planes are read nowhere but inside, and vectors give the plain code's pixels", arguments: sizes)
    func planes(width: Int, height: Int) throws {
        for side in GuardedValues<UInt8>.Side.allCases {
            let picture = GuardedPicture(width: width, height: height, against: side)
            for specification in [CropSpecification.landmarks, .detector] {
                let pixels = GuardedValues<UInt8>(
                    count: 4 * specification.side * specification.side, against: side)
                let croppers = CropVectors.available.map { Cropper(specification, vectors: $0) }
                for geometry in geometries(width, height) {
                    let crops = croppers.map { cropper in
                        let target = UnsafeMutableBufferPointer(start: pixels.base, count: pixels.count)
                        cropper.crop(picture.planar, geometry, into: target)
                        return pixels.values
                    }
                    #expect(crops.allSatisfy { $0 == crops[0] }, "\(geometry), \(specification)")
                }
            }
        }
    }

    @Test("interleaved pictures are read nowhere but inside", arguments: sizes)
    func interleaved(width: Int, height: Int) {
        for side in GuardedValues<UInt8>.Side.allCases {
            let picture = GuardedPicture(width: width, height: height, against: side)
            for geometry in geometries(width, height) {
                let pixels = crop(picture.interleaved, geometry, .landmarks)
                #expect(stride(from: 3, to: pixels.count, by: 4).allSatisfy { pixels[$0] == 0 })
            }
        }
    }

    /// The whole picture, and regions of all sizes and angles within it, across its border and beyond it.
    private func geometries(_ width: Int, _ height: Int) -> [CropGeometry] {
        let (w, h) = (Float(width), Float(height))
        var random = SplitMix64(seed: UInt64(width * 1000 + height))
        func uniform(_ range: ClosedRange<Float>) -> Float { .random(in: range, using: &random) }
        let turns: [Float] = [0, 0.02, 0.3, 0.8, .pi / 2, 2.8, -.pi, -1.2]
        let regions = turns.flatMap { turn in
            [0.05, 0.6, 1, 4].map { (share: Float) in
                let side = share * max(w, h) * uniform(0.7...1.3)
                return RegionOfInterest(
                    centreX: uniform(-0.3...1.3), centreY: uniform(-0.3...1.3), width: side / w, height: side / h,
                    rotation: turn)
            }
        }
        let parts = regions.compactMap { CropGeometry(region: $0, width: width, height: height) }
        return [CropGeometry(width: width, height: height)].compactMap { $0 } + parts
    }
}

/// A picture of random levels, as planes and interleaved, without a byte to spare.
private struct GuardedPicture {
    let width: Int
    let height: Int
    private let planes: [GuardedValues<UInt8>]
    private let pixels: GuardedValues<UInt8>

    init(width: Int, height: Int, against side: GuardedValues<UInt8>.Side) {
        (self.width, self.height) = (width, height)
        var random = SplitMix64(seed: UInt64(width + 1000 * height))
        func levels(_ count: Int) -> GuardedValues<UInt8> {
            GuardedValues((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }, against: side)
        }
        let chroma = (width + 1) / 2 * ((height + 1) / 2)
        planes = [levels(width * height), levels(chroma), levels(chroma)]
        pixels = levels(3 * width * height)
    }

    var planar: PixelView {
        let strides = [width, (width + 1) / 2, (width + 1) / 2]
        return PixelView(
            format: .yuv420p(PixelView.YUVCoding(matrix: .bt709, fullRange: false)), width: width, height: height,
            planes: zip(planes, strides).map { PixelView.Plane(base: UnsafePointer($0.base), stride: $1) })
    }

    var interleaved: PixelView {
        PixelView(
            format: .rgb24, width: width, height: height,
            planes: [PixelView.Plane(base: UnsafePointer(pixels.base), stride: 3 * width)])
    }
}
