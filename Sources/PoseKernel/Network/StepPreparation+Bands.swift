import MicrokernelABI

/// Blocks that pass in one form of numbers from expansion to projection.
extension StepPreparation {
    /// Nil: `step` is not computed in integers from end to end.
    func integerBand(_ step: Plan.Step) -> BandShape? {
        guard precision == .int8, !plan.heads.contains(step.output) else { return nil }
        return BandShape(integers: step, graph, bytes)
    }

    mutating func integerBand(
        _ step: Plan.Step, _ shape: BandShape, _ expansion: Graph.Convolution, _ chain: Plan.Chain,
        _ projection: Graph.Convolution, from source: UnsafePointer<Float>
    ) -> IntegerBand {
        let stem = step.stem.flatMap { integerStem($0) }
        let first = packed(shape.expansionCount) { packed in
            guard let stem else { return shape.packExpansion(expansion.weights, into: packed) }
            shape.packRoundedExpansion(expansion.weights, expansion.bias, stem: stem.packed, into: packed)
        }
        let middle = packed(shape.depthwiseCount) {
            shape.packDepthwise(chain.depthwise.weights, chain.depthwise.bias, into: $0)
        }
        let last = packed(shape.projectionCount) { shape.packProjection(projection.weights, into: $0) }
        return IntegerBand(
            shape,
            expansion: gemmTask(
                expansion, nil, a: source, packedB: first, c: scratch.ring.base, pixels: chain.inputShape),
            middle: shape.bytes.expansion == .differences ? middleWeights(expansion, shape) : nil, depthwise: middle,
            projection: gemmTask(
                projection, step, a: source, packedB: last, c: mutablePointer(step.output),
                pixels: graph.shapes[step.output]),
            workplace: IntegerBand.Workplace(
                ring: scratch.ring.base, band: scratch.band.base, scratch: scratch.gemm.base),
            stem: stem)
    }

    private mutating func integerStem(_ stem: Plan.Stem) -> IntegerStem? {
        guard let pixels else { return nil }
        let weights = packed(IntegerStem.packedCount) { IntegerStem.pack(stem.layers, range: pixels.range, into: $0) }
        return IntegerStem(
            stem.shape, pixels: pixels.base, range: pixels.range, packed: weights,
            output: stem.isRead ? mutablePointer(stem.output) : nil, ring: scratch.patches.base)
    }

    private mutating func middleWeights(_ expansion: Graph.Convolution, _ shape: BandShape) -> UnsafePointer<Float>? {
        guard let kernel = IntegerGemm.pairs.rows else { return nil }
        return packed(kernel.packedCount(shape.depth, shape.channels)) {
            kernel.pack(expansion.weights, shape.depth, shape.channels, $0)
        }
    }

    /// Nil: not all products of `step` are sparse ones, or integers are faster.
    func sparseBand(_ step: Plan.Step) -> BandShape? {
        guard case .convolution(let projection) = step.operation, let chain = step.chain,
            let expansion = chain.expansion, isSparse(expansion), isSparse(projection), integerBand(step) == nil
        else { return nil }
        return BandShape(chain, depth: graph.shapes[step.inputs[0]].channels, outputs: projection.bias.count)
    }

    mutating func sparseBand(
        _ step: Plan.Step, _ shape: BandShape, _ expansion: Graph.Convolution,
        _ depthwise: Graph.Convolution, _ projection: Graph.Convolution, from source: UnsafePointer<Float>
    ) -> PreparedStep {
        let ring = scratch.ring.base
        let first = product(
            expansion, nil, a: source, c: ring, pixels: graph.shapes[step.inputs[0]], isSparse: true)
        let last = product(
            projection, step, a: UnsafePointer(ring), c: mutablePointer(step.output),
            pixels: graph.shapes[step.output], isSparse: true)
        let band = SparseBand(
            shape, expansion: first.task,
            depthwise: (place(depthwise.weights), place(depthwise.bias), depthwise.activation), projection: last.task,
            isa: isa, scratch: ring)
        let taps = shape.kernel * shape.kernel * shape.outputHeight * shape.outputWidth * shape.channels
        return .sparseBand(band, multiplyAdds: first.multiplyAdds + taps + last.multiplyAdds)
    }
}
