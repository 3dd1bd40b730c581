extension Plan {
    /// Merges each 1x1 convolution with the depthwise convolution that only it reads, and that with the convolution
    /// before it.
    mutating func chain(_ graph: Graph) {
        let readers = readerCounts(graph)
        var producers = Dictionary(uniqueKeysWithValues: steps.indices.map { (steps[$0].output, $0) })
        var merged: Set<Int> = []

        /// The step that makes `tensor` for one reader alone.
        func soleProducer(_ tensor: Int) -> Int? { readers[tensor] == 1 ? producers[tensor] : nil }

        for index in steps.indices {
            guard case .convolution(let project) = steps[index].operation, project.isPointwise,
                let middle = soleProducer(steps[index].inputs[0]),
                case .depthwise(let depthwise) = steps[middle].operation, depthwise.isSupported
            else { continue }
            let input = steps[middle].inputs[0]
            steps[index].chain = Chain(
                depthwise: depthwise, inputShape: graph.shapes[input], outputShape: graph.shapes[steps[middle].output])
            steps[index].inputs = [input]
            merged.insert(middle)
            if let first = soleProducer(input), case .convolution(let expansion) = steps[first].operation,
                steps[first].residual == nil, steps[first].chain == nil
            {
                steps[index].chain?.expansion = expansion
                steps[index].inputs = steps[first].inputs
                merged.insert(first)
            }
            producers[steps[index].output] = index
        }
        steps = steps.indices.filter { !merged.contains($0) }.map { steps[$0] }
    }

    /// Merges each enlargement with the step that only adds what comes of it, if that passes band by band: then the
    /// enlarged rows are still in the first cache when they are added to.
    mutating func enlargeResiduals(_ graph: Graph) {
        let readers = readerCounts(graph)
        let producers = Dictionary(uniqueKeysWithValues: steps.indices.map { (steps[$0].output, $0) })
        var merged: Set<Int> = []
        for index in steps.indices {
            guard let residual = steps[index].residual, let chain = steps[index].chain, chain.expansion == nil,
                readers[residual.tensor] == 1, let first = producers[residual.tensor],
                case .resize2(let activation) = steps[first].operation
            else { continue }
            steps[index].residual = (steps[first].inputs[0], residual.activation)
            steps[index].enlargement = activation
            merged.insert(first)
        }
        steps = steps.indices.filter { !merged.contains($0) }.map { steps[$0] }
    }

    /// How many steps read each tensor, or the program that the network puts it out for.
    private func readerCounts(_ graph: Graph) -> [Int: Int] {
        var readers: [Int: Int] = [:]
        for step in steps { for tensor in step.reads { readers[storage(of: tensor), default: 0] += 1 } }
        for output in graph.outputs { readers[storage(of: output), default: 0] += 1 }
        return readers
    }
}
