import MicrokernelABI

/// An output that a 1x1 convolution makes of a tensor, computed only where somebody looks.
struct OnDemandHead {
    /// The tensor that it reads, and its own.
    let input: Int
    let output: Int
    private let convolution: Graph.Convolution
    private let shape: Graph.Shape

    init(_ name: String, in graph: Graph) throws(ModelError) {
        guard let output = graph.outputs.first(where: { graph.names[$0] == name }),
            let node = graph.nodes.first(where: { $0.output == output }),
            case .convolution(let convolution) = node.operation, convolution.isPointwise,
            convolution.activation == .none
        else {
            throw ModelError(.wrongShape, "The model's output \(name) is not made by a plain 1x1 convolution.")
        }
        self.output = output
        self.convolution = convolution
        input = node.inputs[0]
        shape = graph.shapes[input]
    }

    /// `channel` of neighbouring pixels of a row, from `source`, the whole of `input`.
    func compute(
        channel: Int, row: Int, columns: Range<Int>, from source: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>, _ kernels: Microkernels
    ) {
        let k = shape.channels
        convolution.weights.withUnsafeBufferPointer { weights in
            guard let base = weights.baseAddress else { return }
            kernels.dots(
                DotTask(
                    a: source + (row * shape.width + columns.lowerBound) * k, weights: base + channel * k,
                    bias: convolution.bias[channel], output: target, count: columns.count, k: k))
        }
    }
}
