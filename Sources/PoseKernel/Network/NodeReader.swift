import MicrokernelABI

/// Reads one operator with its options and constants.
struct NodeReader {
    let model: TFLiteModel
    let shapes: [Graph.Shape]
    let entry: TFLiteModel.Operator
    let index: Int

    /// The inputs that are computed, without weights, biases and sizes.
    var activationInputs: [Int] {
        switch entry.code {
        case TFLiteCode.add, TFLiteCode.concatenation: entry.inputs
        default: [entry.inputs[0]]
        }
    }

    func operation(_ constants: inout ConstantReader) throws(ModelError) -> Graph.Operation {
        let options = entry.options
        switch entry.code {
        case TFLiteCode.convolution:
            return .convolution(try convolution(&constants, depthwise: false))
        case TFLiteCode.depthwise:
            guard options.word(3) == 1 else { throw unsupported("a depthwise multiplier of \(options.word(3))") }
            return .depthwise(try convolution(&constants, depthwise: true))
        case TFLiteCode.add:
            return .add(try activation(options.byte(0)))
        case TFLiteCode.pad:
            return .pad(try padding(constants))
        case TFLiteCode.maxPool:
            let sizes = [options.word(1), options.word(2), options.word(3), options.word(4)]
            guard sizes == [2, 2, 2, 2], options.byte(0) == 1 else { throw unsupported("this pooling") }
            return .maxPool2
        case TFLiteCode.resizeBilinear:
            guard options.byte(2) == 0, options.byte(3) == 1 else { throw unsupported("this kind of resizing") }
            return .resize2(.none)
        case TFLiteCode.depthToSpace:
            guard options.word(0) == 2 else { throw unsupported("a block of \(options.word(0))") }
            return .depthToSpace2
        case TFLiteCode.concatenation:
            guard options.word(0) == 1 else { throw unsupported("concatenation along axis \(options.word(0))") }
            return .concatenateRows
        case TFLiteCode.logistic: return .logistic
        case TFLiteCode.reshape: return .reshape
        default: throw unsupported("operator \(entry.code)")
        }
    }

    private func convolution(
        _ constants: inout ConstantReader, depthwise: Bool
    ) throws(ModelError) -> Graph.Convolution {
        guard entry.inputs.count == 3 else { throw unsupported("a convolution without bias") }
        let options = entry.options
        let shape = model.tensors[entry.inputs[1]].shape
        guard shape.count == 4 else { throw unsupported("weights of shape \(shape)") }
        let stride = options.word(1)
        guard stride == options.word(2), (1...2).contains(stride) else { throw unsupported("a stride of \(stride)") }
        let (height, width) = (shape[1], shape[2])
        let input = shapes[entry.inputs[0]]
        // Absent in the file: 1, which reads as 0 here.
        let dilations = depthwise ? [options.word(5), options.word(6)] : [options.word(4), options.word(5)]
        guard dilations.allSatisfy({ $0 <= 1 }) else { throw unsupported("dilation") }
        return Graph.Convolution(
            weights: try constants.floats(entry.inputs[1]), bias: try constants.floats(entry.inputs[2]),
            kernelHeight: height, kernelWidth: width, stride: stride,
            padding: options.byte(0) == 0 ? same(input, height, width, stride) : Graph.Padding(),
            activation: try activation(options.byte(depthwise ? 4 : 3)))
    }

    /// TensorFlow's SAME: the odd row or column of padding stands at the end.
    private func same(_ input: Graph.Shape, _ height: Int, _ width: Int, _ stride: Int) -> Graph.Padding {
        func total(_ size: Int, _ kernel: Int) -> Int {
            max(((size + stride - 1) / stride - 1) * stride + kernel - size, 0)
        }
        let (rows, columns) = (total(input.height, height), total(input.width, width))
        return Graph.Padding(
            top: rows / 2, left: columns / 2, bottom: rows - rows / 2, right: columns - columns / 2)
    }

    private func padding(_ constants: ConstantReader) throws(ModelError) -> Graph.Padding {
        guard entry.inputs.count == 2 else { throw unsupported("padding without sizes") }
        let values = try constants.integers(entry.inputs[1])
        guard values.count == 8, values.allSatisfy({ (0...8).contains($0) }), values[0] == 0, values[1] == 0,
            values[6] == 0, values[7] == 0
        else { throw unsupported("padding by \(values)") }
        return Graph.Padding(top: values[2], left: values[4], bottom: values[3], right: values[5])
    }

    private func activation(_ value: Int) throws(ModelError) -> Activation {
        switch value {
        case 0: return .none
        case 3: return .relu6
        default: throw unsupported("activation \(value)")
        }
    }

    private func unsupported(_ what: String) -> ModelError {
        ModelError(
            .unsupported, "Operator \(index) of the model asks for \(what), which this program does not compute.")
    }
}
