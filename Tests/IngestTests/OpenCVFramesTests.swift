import Domain
import Foundation
import Ingest
import OpenSSL
import Support
import Testing

/// The reference mode against what OpenCV's VideoCapture read (scripts/golden-ingest.py).
@Suite struct OpenCVFramesTests {
    struct Golden: Decodable {
        var frames: Int
        var width: Int
        var height: Int
        var sha256: [String]
    }

    @Test("RGB frames are those of OpenCV", arguments: ["squat_side_5", "pushup_side_6", "curl_front_8"])
    func framesMatch(clip: String) throws {
        let file = ProjectFiles.path(
            ProcessInfo.processInfo.environment["PTHUB_TEST_OPENCV_GOLDEN"]
                ?? "Tests/IngestTests/Golden/opencv-frames.json")
        let goldens = try JSONDecoder().decode(
            [String: Golden].self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        let golden = try #require(goldens["\(clip).mp4"])
        let reader = try FrameReader(.path(ProjectFiles.sampleClip(clip)), mode: .rgb, threads: 2)
        var hashes: [String] = []
        while let frame = try reader.next() {
            #expect((frame.width, frame.height) == (golden.width, golden.height))
            hashes.append(frame.withPixels { Self.digest($0) })
        }
        #expect(hashes == golden.sha256)
    }

    private static func digest(_ view: PixelView) -> String {
        var hash = SHA256()
        for y in 0..<view.height {
            hash.update(
                UnsafeRawBufferPointer(start: view.planes[0].base + y * view.planes[0].stride, count: view.width * 3))
        }
        return String(hash.finish().hex.prefix(16))
    }
}
