import Domain
import Foundation
import PoseKernel
import Testing

/// Crops of pictures by formula against the checksums of MediaPipe's own crops: every bit of every value.
@Suite struct CropperTests {
    struct Recorded: Decodable, CustomTestStringConvertible {
        var width: Int
        var height: Int
        var seed: UInt32
        var kind: String
        var roi: [Float]
        var crop: String

        var testDescription: String { "\(kind) \(width)x\(height) \(roi)" }
        var specification: CropSpecification { kind == "detector" ? .detector : .landmarks }
        var region: RegionOfInterest {
            RegionOfInterest(centreX: roi[0], centreY: roi[1], width: roi[2], height: roi[3], rotation: roi[4])
        }
    }

    static func recorded() throws -> [[Recorded]] {
        let all = try GoldenFolder.json("crops.json", as: [Recorded].self)
        return Dictionary(grouping: all, by: \.seed).sorted { $0.key < $1.key }.map(\.value)
    }

    @Test("RGB crops are MediaPipe's, bit for bit", arguments: try CropperTests.recorded())
    func rgbIsBitExact(crops: [Recorded]) throws {
        let picture = TestPicture(width: crops[0].width, height: crops[0].height, seed: crops[0].seed)
        for recorded in crops {
            let geometry = try #require(
                CropGeometry(region: recorded.region, width: recorded.width, height: recorded.height))
            let pixels = picture.withView { crop($0, geometry, recorded.specification) }
            for usesVectors in [false, true] {
                let values = values(pixels, recorded.specification, usesVectors: usesVectors)
                #expect(values.withUnsafeBufferPointer(checksum) == recorded.crop, "\(recorded.testDescription)")
            }
        }
    }

    @Test("the whole picture is the detector's region", arguments: try CropperTests.recorded())
    func wholePicture(crops: [Recorded]) throws {
        let recorded = crops[0]
        #expect(recorded.kind == "detector" && recorded.roi == [0.5, 0.5, 1, 1, 0])
        let picture = TestPicture(width: recorded.width, height: recorded.height, seed: recorded.seed)
        let geometry = try #require(CropGeometry(width: recorded.width, height: recorded.height))
        let pixels = picture.withView { crop($0, geometry, .detector) }
        #expect(values(pixels, .detector).withUnsafeBufferPointer(checksum) == recorded.crop)
    }

    @Test(
        "a region without area or not finite gives no geometry",
        arguments: [
            RegionOfInterest(centreX: 0.5, centreY: 0.5, width: 0, height: 0, rotation: 0),
            RegionOfInterest(centreX: 0.5, centreY: 0.5, width: 0, height: 0.3, rotation: 0),
            RegionOfInterest(centreX: 0.5, centreY: 0.5, width: 0.3, height: -0.3, rotation: 0),
            RegionOfInterest(centreX: .nan, centreY: 0.5, width: 0.3, height: 0.3, rotation: 0),
            RegionOfInterest(centreX: 0.5, centreY: 0.5, width: .infinity, height: 0.3, rotation: 0),
            RegionOfInterest(centreX: 0.5, centreY: 0.5, width: 0.3, height: 0.3, rotation: .nan),
        ])
    func noArea(region: RegionOfInterest) {
        #expect(CropGeometry(region: region, width: 640, height: 480) == nil)
    }

    @Test("a region far beyond any picture stays harmless", arguments: [1e6 as Float, 1e20, 3e35])
    func farAway(distance: Float) throws {
        let picture = TestPicture(width: 64, height: 48, seed: 1)
        for (width, sign) in [(0.1 as Float, 1 as Float), (distance, -1), (1e-30, 1)] {
            let region = RegionOfInterest(
                centreX: sign * distance, centreY: distance, width: width, height: width, rotation: 0.3)
            guard let geometry = CropGeometry(region: region, width: 64, height: 48) else { continue }
            let rgb = picture.withView { crop($0, geometry, .landmarks) }
            #expect(rgb.indices.allSatisfy { $0 % 4 != 3 || rgb[$0] == 0 })
            let planar = PlanarPicture(picture, coding: PixelView.YUVCoding(matrix: .bt601, fullRange: false))
            let expected = planar.converted().withView { crop($0, geometry, .landmarks) }
            for vectors in CropVectors.available {
                let actual = planar.withView { crop($0, geometry, .landmarks, vectors: vectors) }
                #expect(actual == expected, "\(vectors)")
            }
        }
    }
}

/// The crop of one picture as an array of pixels of four bytes.
func crop(
    _ picture: PixelView, _ geometry: CropGeometry, _ specification: CropSpecification, vectors: CropVectors = .best
) -> [UInt8] {
    let count = specification.side * specification.side * 4
    let cropper = Cropper(specification, vectors: vectors)
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        cropper.crop(picture, geometry, into: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
        initialized = count
    }
}

/// What a network gets of such pixels.
func values(_ pixels: [UInt8], _ specification: CropSpecification, usesVectors: Bool = true) -> [Float] {
    let input = PixelInput(specification, usesVectors: usesVectors)
    _ = input.pixels.update(from: pixels)
    var values = [Float](repeating: .nan, count: specification.side * specification.side * 3)
    values.withUnsafeMutableBufferPointer { input.write(to: $0) }
    return values
}
