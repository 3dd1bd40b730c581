extension Plan {
    /// Merges the block that the network begins with into the step that reads it, where both can be computed in integers
    /// from a crop's pixels.
    mutating func mergeStem(_ graph: Graph) {
        guard let first = steps.indices.dropLast().first(where: { steps[$0].inputs == graph.inputs }),
            let stem = stem(at: first, graph)
        else { return }
        steps[first + 1].stem = stem
        steps[first + 1].inputs = steps[first].inputs
        steps.remove(at: first)
    }

    /// Nil: the step is not such a block, or the next one does not read it.
    private func stem(at index: Int, _ graph: Graph) -> Stem? {
        let (step, next) = (steps[index], steps[index + 1])
        guard case .convolution(let projection) = step.operation, let chain = step.chain, step.residual == nil,
            let picture = chain.expansion, let expansion = next.chain?.expansion,
            IntegerStem.suits(chain, projection, expansion), next.inputs == [step.output],
            BandShape(integers: next, graph, .careful) != nil, !heads.contains(step.output),
            !heads.contains(next.output), next.residual?.tensor != step.output
        else { return nil }
        let isRead = steps[(index + 2)...].contains { $0.reads.contains { storage(of: $0) == step.output } }
        return Stem(
            shape: PictureConvolution.Shape(picture, graph.shapes[step.inputs[0]], chain.inputShape),
            layers: IntegerStem.Layers(picture, chain.depthwise, projection), output: step.output, isRead: isRead)
    }
}
