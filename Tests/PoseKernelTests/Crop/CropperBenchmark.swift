import Domain
import Foundation
import PoseKernel
import Testing

/// Time of a crop of each kind. Prints, asserts nothing: run with PTHUB_BENCH=1.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["PTHUB_BENCH"] != nil))
struct CropperBenchmark {
    @Test(arguments: [(432, 576, 420), (1080, 1920, 900), (1080, 1920, 1500)] as [(Int, Int, Float)])
    func landmarkCrop(width: Int, height: Int, side: Float) throws {
        let picture = TestPicture(width: width, height: height, seed: 3)
        let planar = PlanarPicture(picture, coding: PixelView.YUVCoding(matrix: .bt601, fullRange: false))
        let croppers = CropVectors.available.map { ($0, Cropper(.landmarks, vectors: $0)) }
        let input = PixelInput(.landmarks)
        let tensor = UnsafeMutableBufferPointer<Float>.allocate(capacity: 256 * 256 * 3)
        defer { tensor.deallocate() }
        print("pixels to values: \(median { input.write(to: tensor) }) ms")
        for turn in [0, 0.3] as [Float] {
            let region = RegionOfInterest(
                centreX: 0.5, centreY: 0.5, width: side / Float(width), height: side / Float(height), rotation: turn)
            let geometry = try #require(CropGeometry(region: region, width: width, height: height))
            let rgb = median { picture.withView { croppers[0].1.crop($0, geometry, into: input.pixels) } }
            let planes = croppers.map { vectors, cropper in
                let time = median { planar.withView { cropper.crop($0, geometry, into: input.pixels) } }
                return "yuv with \(vectors) \(time) ms"
            }
            print(
                "crop of \(side) px, turn \(turn), from \(width) x \(height): rgb \(rgb) ms,",
                planes.joined(separator: ", "))
        }
    }

    private func median(_ run: () -> Void) -> Double {
        let clock = ContinuousClock()
        let times = (0..<200).map { _ in clock.measure(run) }.sorted()
        return (times[100] / .milliseconds(1) * 1000).rounded() / 1000
    }
}
