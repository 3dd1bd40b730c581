import MicrokernelABI

extension Graph {
    /// The same function with each 1x1 convolution before the enlargement that it alone reads, for a quarter of the
    /// products. Both are linear, one over channels and one over pixels, and an enlargement's shares add up to one, so
    /// that the bias stays what it is; the activation goes behind.
    func withLateEnlargements() -> Graph {
        var graph = self
        var readers: [Int: [Int]] = [:]
        for (index, node) in nodes.enumerated() {
            for input in node.inputs { readers[input, default: []].append(index) }
        }
        for (index, node) in nodes.enumerated() {
            guard case .resize2 = node.operation, !outputs.contains(node.output),
                let reader = readers[node.output], reader.count == 1,
                case .convolution(var convolution) = nodes[reader[0]].operation, convolution.isPointwise,
                convolution.bias.count % 8 == 0
            else { continue }
            let source = node.inputs[0]
            let small = graph.addTensor(
                height: shapes[source].height, width: shapes[source].width, channels: convolution.bias.count)
            graph.nodes[reader[0]].operation = .resize2(convolution.activation)
            graph.nodes[reader[0]].inputs = [small]
            convolution.activation = .none
            graph.nodes[index] = Node(operation: .convolution(convolution), inputs: [source], output: small)
        }
        return graph
    }

    private mutating func addTensor(height: Int, width: Int, channels: Int) -> Int {
        dimensions.append([1, height, width, channels])
        shapes.append(Shape([height, width, channels]))
        names.append("")
        return shapes.count - 1
    }
}
