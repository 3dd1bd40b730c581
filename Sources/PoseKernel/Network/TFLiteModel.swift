/// A .tflite file as its tensors and operators, nothing interpreted yet. Field numbers are those of TensorFlow Lite's
/// schema, version 3.
package struct TFLiteModel: Sendable {
    struct Tensor: Sendable {
        var name: String
        var shape: [Int]
        /// 0 float32, 1 float16, 2 int32.
        var type: Int8
        /// Bytes of the constant in the file; empty for an activation.
        var data: Range<Int>
        var sparsity: CompressedRows?
    }

    struct Operator: Sendable {
        var code: Int32
        var inputs: [Int]
        var outputs: [Int]
        var options: OperatorOptions
    }

    let bytes: [UInt8]
    let tensors: [Tensor]
    let operators: [Operator]
    let inputs: [Int]
    let outputs: [Int]

    package init(bytes: [UInt8]) throws(ModelError) {
        guard bytes.count > 8, bytes[4..<8].elementsEqual("TFL3".utf8) else {
            throw ModelError(.corrupt, "This is not a TensorFlow Lite model: the identifier TFL3 is missing.")
        }
        let buffer = FlatBuffer(bytes: bytes)
        let model = try buffer.table(at: 0)
        let graphs = try model.tables(2)
        guard graphs.count == 1, let graph = graphs.first else {
            throw ModelError(.unsupported, "The model has \(graphs.count) graphs; one is expected.")
        }
        var buffers: [Range<Int>] = []
        for entry in try model.tables(4) {
            let (start, count) = try entry.vector(0, elementSize: 1)
            buffers.append(start..<start + count)
        }
        var codes: [Int32] = []
        for code in try model.tables(1) {
            codes.append(max(Int32(try code.integer(0, default: Int8(0))), try code.integer(3, default: Int32(0))))
        }
        self.bytes = bytes
        tensors = try Self.tensors(graph, buffers: buffers)
        operators = try Self.operators(graph, codes: codes, tensorCount: tensors.count)
        inputs = try graph.integers(1, as: Int32.self)
        outputs = try graph.integers(2, as: Int32.self)
        try Self.check(inputs + outputs, below: tensors.count)
    }

    private static func tensors(_ graph: FlatTable, buffers: [Range<Int>]) throws(ModelError) -> [Tensor] {
        var tensors: [Tensor] = []
        for table in try graph.tables(0) {
            let index = Int(try table.integer(2, default: UInt32(0)))
            guard index < buffers.count else {
                throw ModelError(.corrupt, "The model file is corrupt: tensor \(tensors.count) names buffer \(index).")
            }
            let shape = try table.integers(0, as: Int32.self)
            guard shape.allSatisfy({ $0 > 0 && $0 <= 1 << 20 }), shape.reduce(1.0, { $0 * Double($1) }) < 1e8 else {
                throw ModelError(.wrongShape, "Tensor \(tensors.count) of the model has the shape \(shape).")
            }
            tensors.append(
                Tensor(
                    name: try table.string(3), shape: shape, type: try table.integer(1, default: Int8(0)),
                    data: buffers[index], sparsity: try table.table(6).map(CompressedRows.init)))
        }
        return tensors
    }

    private static func operators(
        _ graph: FlatTable, codes: [Int32], tensorCount: Int
    ) throws(ModelError) -> [Operator] {
        var operators: [Operator] = []
        for table in try graph.tables(3) {
            let index = Int(try table.integer(0, default: UInt32(0)))
            guard index < codes.count else {
                throw ModelError(.corrupt, "The model file is corrupt: it names operator code \(index).")
            }
            let inputs = try table.integers(1, as: Int32.self)
            let outputs = try table.integers(2, as: Int32.self)
            try check(inputs + outputs, below: tensorCount)
            guard let output = outputs.first, outputs.count == 1, !inputs.isEmpty else {
                throw ModelError(.unsupported, "Operator \(operators.count) of the model does not have one output.")
            }
            operators.append(
                Operator(
                    code: codes[index], inputs: inputs, outputs: [output],
                    options: try OperatorOptions(table: table.table(4))))
        }
        return operators
    }

    private static func check(_ indices: [Int], below count: Int) throws(ModelError) {
        guard indices.allSatisfy({ (0..<count).contains($0) }) else {
            throw ModelError(.corrupt, "The model file is corrupt: it names a tensor that is not there.")
        }
    }
}

extension Optional where Wrapped == FlatTable {
    /// `map` with a typed error.
    fileprivate func map<R>(_ transform: (FlatTable) throws(ModelError) -> R) throws(ModelError) -> R? {
        guard let self else { return nil }
        return try transform(self)
    }
}
