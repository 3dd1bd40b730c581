import PoseKernel
import Support
import Testing

/// Which network is which.
@Suite struct BytePolicyTests {
    @Test("The two networks are known by what they take and give, whatever part of them is computed")
    func known() throws {
        let models = try PoseModels.load(from: ProjectFiles.models)
        #expect(try Network(models.detector).bytes == .detector)
        #expect(try Network(models.detector, outputs: ["Identity_1"]).bytes == .detector)
        #expect(try Network(models.landmark).bytes == .landmarks)
        #expect(try Network(models.landmark, outputs: ["Identity_1"]).bytes == .landmarks)
    }

    @Test("Of any other network little is bytes")
    func others() {
        // What takes a picture of the same size need not be the detector.
        #expect(BytePolicy(takes: [1, 224, 224, 3], gives: [[1, 1000]]) == .careful)
        #expect(BytePolicy(takes: [1, 192, 192, 3], gives: [[1, 195]]) == .careful)
        #expect(BytePolicy.careful.factors(depth: 88, channels: 480) == ByteFactors())
        #expect(!BytePolicy.careful.multipliesBytes(depth: 192))
    }
}
