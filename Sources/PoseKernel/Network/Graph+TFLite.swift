import MicrokernelABI

extension Graph {
    /// Reads a model into a graph; unknown operators, wrong shapes and corrupt constants are errors.
    init(_ model: TFLiteModel) throws(ModelError) {
        var constants = ConstantReader(model: model)
        nodes = []
        shapes = model.tensors.map { Shape($0.shape) }
        names = model.tensors.map(\.name)
        dimensions = model.tensors.map(\.shape)
        inputs = model.inputs
        outputs = model.outputs
        for (index, entry) in model.operators.enumerated() {
            let output = entry.outputs[0]
            if entry.code == TFLiteCode.dequantize || entry.code == TFLiteCode.densify {
                constants.alias(output, of: entry.inputs[0])
                continue
            }
            let reader = NodeReader(model: model, shapes: shapes, entry: entry, index: index)
            let node = Node(
                operation: try reader.operation(&constants), inputs: reader.activationInputs, output: output)
            nodes.append(node)
        }
        try checkShapes()
    }

    /// Every activation is computed before it is read, and every operator's output has the size that its input gives.
    private func checkShapes() throws(ModelError) {
        var known = Set(inputs)
        for node in nodes {
            guard node.inputs.allSatisfy(known.contains) else {
                throw ModelError(.corrupt, "The model file is corrupt: an operator reads what nothing computes.")
            }
            guard outputShapeIsRight(node) else {
                throw ModelError(
                    .wrongShape,
                    "The model's tensor \(node.output) (\(names[node.output])) does not have the shape its operator gives."
                )
            }
            known.insert(node.output)
        }
        guard outputs.allSatisfy(known.contains) else {
            throw ModelError(.corrupt, "The model file is corrupt: nothing computes one of its outputs.")
        }
    }

    private func outputShapeIsRight(_ node: Node) -> Bool {
        let input = shapes[node.inputs[0]]
        let output = shapes[node.output]
        switch node.operation {
        case .convolution(let c):
            return fits(c, input, output) && c.bias.count == output.channels
                && c.weights.count == output.channels * c.kernelHeight * c.kernelWidth * input.channels
        case .depthwise(let c):
            return fits(c, input, output) && input.channels == output.channels && c.bias.count == output.channels
                && c.weights.count == c.kernelHeight * c.kernelWidth * input.channels
        case .add:
            return node.inputs.count == 2 && input == output && shapes[node.inputs[1]] == output
        case .pad(let p):
            return output.height == input.height + p.top + p.bottom && output.channels == input.channels
                && output.width == input.width + p.left + p.right
        case .maxPool2:
            return (output.height, output.width, output.channels) == (input.height / 2, input.width / 2, input.channels)
        case .resize2:
            return (output.height, output.width, output.channels) == (input.height * 2, input.width * 2, input.channels)
        case .depthToSpace2:
            return (output.height, output.width, output.channels * 4)
                == (input.height * 2, input.width * 2, input.channels)
        case .concatenateRows:
            return output.count == node.inputs.reduce(0) { $0 + shapes[$1].count }
        case .logistic, .reshape:
            return input.count == output.count
        }
    }

    private func fits(_ c: Convolution, _ input: Shape, _ output: Shape) -> Bool {
        func length(_ size: Int, _ before: Int, _ after: Int, _ kernel: Int) -> Int {
            (size + before + after - kernel) / c.stride + 1
        }
        return output.height == length(input.height, c.padding.top, c.padding.bottom, c.kernelHeight)
            && output.width == length(input.width, c.padding.left, c.padding.right, c.kernelWidth)
    }
}

/// Operator numbers of TensorFlow Lite's schema that the two models use.
enum TFLiteCode {
    static let add: Int32 = 0
    static let concatenation: Int32 = 2
    static let convolution: Int32 = 3
    static let depthwise: Int32 = 4
    static let depthToSpace: Int32 = 5
    static let dequantize: Int32 = 6
    static let logistic: Int32 = 14
    static let maxPool: Int32 = 17
    static let reshape: Int32 = 22
    static let resizeBilinear: Int32 = 23
    static let pad: Int32 = 34
    static let densify: Int32 = 124
}
