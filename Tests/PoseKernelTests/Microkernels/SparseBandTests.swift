import MicrokernelABI
import PoseKernel
import Testing

/// Expand, depthwise, project on planes with weights of which most are zero, against the three convolutions one after the
/// other in double precision.
@Suite(.enabled(if: SparseGemm.isAvailable(with: .avx2), "this CPU has no AVX2")) struct SparseBandTests {
    /// What fp32 sums may differ by when all values are about one.
    private static let tolerance = 5e-5

    /// Side of the input, its channels, those between, kernel, stride, padding above and below, channels of the output:
    /// every layer of the detector.
    private static let layers:
        [(side: Int, depth: Int, channels: Int, kernel: Int, stride: Int, pad: Int, output: Int, outputs: Int)] = [
            (112, 16, 64, 3, 2, 0, 56, 24), (56, 24, 144, 3, 1, 1, 56, 24), (56, 24, 144, 5, 2, 1, 28, 40),
            (28, 40, 240, 5, 1, 2, 28, 40), (28, 40, 240, 3, 2, 0, 14, 80), (14, 80, 480, 3, 1, 1, 14, 80),
            (14, 80, 480, 5, 1, 2, 14, 112), (14, 112, 672, 5, 1, 2, 14, 112), (14, 112, 672, 5, 2, 1, 7, 192),
            (7, 192, 1152, 5, 1, 2, 7, 192),
        ]

    @Test("Every layer's shape, with forbidden pages on either side", arguments: layers.indices)
    func layer(index: Int) throws {
        let l = Self.layers[index]
        let shape = BandShape(
            height: l.side, width: l.side, depth: l.depth, channels: l.channels, kernel: l.kernel, stride: l.stride,
            padTop: l.pad, padLeft: l.pad, outputHeight: l.output, outputWidth: l.output, outputs: l.outputs)
        for side in GuardedFloats.Side.allCases { try check(shape, residual: index.isMultiple(of: 2), side: side) }
    }

    /// Kernel and stride; padding as TensorFlow's SAME has it for even sizes, and none.
    private static let kernels: [(kernel: Int, stride: Int, pad: Int)] = [
        (3, 1, 1), (3, 2, 0), (3, 2, 1), (5, 1, 2), (5, 2, 1), (5, 2, 2), (3, 1, 0), (5, 1, 0),
    ]

    @Test("Every kernel and stride on small pictures of every size", arguments: kernels.indices)
    func small(index: Int) throws {
        let (kernel, stride, pad) = Self.kernels[index]
        for height in [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17] {
            for width in [1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 31] {
                guard height + 2 * pad >= kernel, width + 2 * pad >= kernel else { continue }
                let side: GuardedFloats.Side = (height + width).isMultiple(of: 2) ? .before : .after
                let shape = Self.shape(
                    height, width, depth: 5, channels: 16, kernel, stride, pad, outputs: 7)
                try check(shape, residual: width % 3 == 0, side: side, clamps: height % 3 != 0)
            }
        }
    }

    @Test("Pictures that pass in several bands, of any height", arguments: kernels.indices)
    func bands(index: Int) throws {
        let (kernel, stride, pad) = Self.kernels[index]
        for height in 41...45 {
            let shape = Self.shape(
                height, 100, depth: 8, channels: 240, kernel, stride, pad, outputs: 24)
            #expect(SparseBand.scratchCount(shape) < height * 100 * 240)
            try check(shape, residual: true, side: height.isMultiple(of: 2) ? .before : .after)
        }
    }

    private static func shape(
        _ height: Int, _ width: Int, depth: Int, channels: Int, _ kernel: Int, _ stride: Int, _ pad: Int, outputs: Int
    ) -> BandShape {
        // One more row and column of padding at the end, where a picture of even size has it.
        let extra = kernel - 1 - pad
        return BandShape(
            height: height, width: width, depth: depth, channels: channels, kernel: kernel, stride: stride,
            padTop: pad, padLeft: pad, outputHeight: (height + pad + extra - kernel) / stride + 1,
            outputWidth: (width + pad + extra - kernel) / stride + 1, outputs: outputs)
    }

    private func check(
        _ shape: BandShape, residual: Bool, side: GuardedFloats.Side, clamps: Bool = true
    ) throws {
        var values = BandValues(shape)
        values.expansion = Self.weights(k: shape.depth, n: shape.channels, seed: 2)
        values.projection = Self.weights(k: shape.channels, n: shape.outputs, seed: 6)
        values.clamps = clamps
        if residual { values.residual = randomFloats(values.outputCount, seed: 9) }
        let expected = values.expected()
        for isa in SparseGemmTests.sets {
            let found = try Self.run(values, isa, side)
            let worst = zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
            #expect(worst < Self.tolerance && found.allSatisfy(\.isFinite), "\(isa.rawValue) \(shape)")
            #expect(try Self.run(values, isa, side) == found)
        }
    }

    /// n rows of k; their sums of products with values about one are about one.
    private static func weights(k: Int, n: Int, seed: UInt64) -> [Float] {
        SparseGemmTests.weights(k: k, n: n, seed: seed).map { $0 * 4 / Float(k).squareRoot() }
    }

    private static func run(_ values: BandValues, _ isa: InstructionSet, _ side: GuardedFloats.Side) throws -> [Float] {
        let s = values.shape
        func packed(_ weights: [Float], _ k: Int, _ n: Int) throws -> GuardedFloats {
            let kernel = try #require(SparseGemm.kernel(for: weights, k: k, n: n, with: isa))
            let packed = GuardedFloats(count: kernel.packedCount(k, n), against: side)
            kernel.pack(weights, k, n, packed.base)
            return packed
        }
        func guarded(_ floats: [Float]) -> GuardedFloats { GuardedFloats(floats, against: side) }
        let (expansion, projection) = (
            try packed(values.expansion, s.depth, s.channels), try packed(values.projection, s.channels, s.outputs)
        )
        let (first, last) = (guarded(values.expansionBias), guarded(values.projectionBias))
        let (taps, offsets) = (guarded(values.depthwise), guarded(values.depthwiseBias))
        let (source, added) = (guarded(values.input), values.residual.map(guarded))
        let output = GuardedFloats(count: values.outputCount, against: side)
        let scratch = GuardedFloats(count: SparseBand.scratchCount(s), against: side)
        // What is not written before it is read shows.
        scratch.base.update(repeating: .nan, count: scratch.count)
        let activation: Activation = values.clamps ? .relu6 : .none
        SparseBand(
            s,
            expansion: GemmTask(
                a: source.base, packedB: expansion.base, bias: first.base, c: scratch.base, m: s.height * s.width,
                k: s.depth, n: s.channels, activation: activation),
            depthwise: (UnsafePointer(taps.base), UnsafePointer(offsets.base), activation),
            projection: GemmTask(
                a: scratch.base, packedB: projection.base, bias: last.base, c: output.base,
                m: s.outputHeight * s.outputWidth, k: s.channels, n: s.outputs, activation: .none,
                residual: added.map { UnsafePointer($0.base) }),
            isa: isa, scratch: scratch.base
        ).run()
        return output.values
    }
}
