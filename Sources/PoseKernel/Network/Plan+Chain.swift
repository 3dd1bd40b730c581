extension Plan {
    /// Merges each 1x1 convolution with the depthwise convolution that only it reads, and that with the convolution
    /// before it.
    mutating func chain(_ graph: Graph) {
        var readers: [Int: Int] = [:]
        for step in steps { for tensor in step.reads { readers[storage(of: tensor), default: 0] += 1 } }
        for output in graph.outputs { readers[storage(of: output), default: 0] += 1 }
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
}
