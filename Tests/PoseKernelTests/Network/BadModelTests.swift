import Foundation
import PoseKernel
import Support
import Testing

/// Model files that are missing, wrong or damaged.
@Suite struct BadModelTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func landmark() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: ProjectFiles.models + "/pose_landmark_full.tflite")))
    }

    private func reason(_ body: () throws -> Void) -> ModelError.Reason? {
        do { try body() } catch { return (error as? ModelError)?.reason }
        return nil
    }

    @Test("A missing file says what to run")
    func missing() {
        do {
            _ = try PoseModels.load(from: folder.path)
            Issue.record("there is no model there")
        } catch {
            #expect(error.reason == .missing)
            #expect(error.description.contains("make models"))
        }
    }

    @Test("Another file under the model's name is refused by its checksum")
    func checksum() throws {
        try folder.write([1, 2, 3], "pose_detection.tflite")
        #expect(reason { _ = try PoseModels.load(from: folder.path) } == .wrongChecksum)
    }

    @Test("What is no model says so")
    func noModel() {
        #expect(reason { _ = try TFLiteModel(bytes: []) } == .corrupt)
        #expect(reason { _ = try TFLiteModel(bytes: Array("hello, this is no model".utf8)) } == .corrupt)
    }

    @Test("A model that was cut off anywhere is an error")
    func truncated() throws {
        let whole = try landmark()
        for part in 0..<40 {
            let bytes = Array(whole.prefix(whole.count * part / 40))
            #expect(reason { _ = try Network(try TFLiteModel(bytes: bytes)) } != nil, "\(part) of 40")
        }
    }

    @Test("Damaged bytes in a model's tables give an error or a network, never a crash")
    func damaged() throws {
        let whole = try landmark()
        var random = SplitMix64(seed: 99)
        var refused = 0
        for round in 0..<120 {
            var bytes = whole
            // The tables stand at the end of the file, behind the weights, and the root at its beginning.
            let range = round % 8 == 0 ? 0..<64 : whole.count - 60_000..<whole.count
            for _ in 0..<4 {
                bytes[range.lowerBound + Int(random.next() % UInt64(range.count))] = UInt8(
                    truncatingIfNeeded: random.next())
            }
            if reason({ _ = try Network(try TFLiteModel(bytes: bytes), isa: .portable) }) != nil { refused += 1 }
        }
        #expect(refused > 10)
    }

    @Test("An operator that there is no kernel for is named")
    func unsupportedOperator() throws {
        let whole = try landmark()
        // Operator codes are one byte in the table of codes; RESIZE_BILINEAR (23) becomes SOFTMAX (25).
        var found = false
        for index in whole.count - 60_000..<whole.count where whole[index] == 23 {
            var bytes = whole
            bytes[index] = 25
            if reason({ _ = try Network(try TFLiteModel(bytes: bytes), isa: .portable) }) == .unsupported {
                found = true
                break
            }
        }
        #expect(found)
    }

    @Test("An output that the model does not have, an instruction set that the CPU does not have")
    func wrongNames() throws {
        let model = try TFLiteModel(bytes: landmark())
        #expect(reason { _ = try Network(model, outputs: ["Identity_99"]) } == .wrongShape)
        for isa in InstructionSet.allCases where !InstructionSet.available.contains(isa) {
            #expect(reason { _ = try Network(model, isa: isa) } == .unsupported)
        }
        #expect(InstructionSet(rawValue: "mmx") == nil)
    }

    @Test("NumPy files are read back as they were written, and others refused")
    func npy() throws {
        let array = NPY(shape: [1, 2, 3], values: [1, -2.5, 3, .pi, 0, 1e-30])
        #expect(try NPY(bytes: array.bytes) == array)
        #expect((array.bytes.count - 24) % 64 == 0)
        let flat = NPY(shape: [4], values: [1, 2, 3, 4])
        #expect(try NPY(bytes: flat.bytes) == flat)
        #expect(reason { _ = try NPY(bytes: Array(array.bytes.dropLast())) } == .corrupt)
        #expect(reason { _ = try NPY(bytes: Array("hello".utf8)) } == .corrupt)
        let double = String(decoding: array.bytes.prefix(60), as: UTF8.self).contains("<f4")
        #expect(double)
        var other = array.bytes
        if let mark = other.firstRange(of: Array("<f4".utf8)) { other[mark.lowerBound + 2] = UInt8(ascii: "8") }
        #expect(reason { _ = try NPY(bytes: other) } == .unsupported)
    }
}
