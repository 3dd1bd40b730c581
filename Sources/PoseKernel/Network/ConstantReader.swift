/// Constants of a model as fp32: fp16 converted exactly (sub-normals too), sparse rows unpacked.
struct ConstantReader {
    let model: TFLiteModel
    /// What a storage operator made of a tensor is that tensor.
    private var sources: [Int: Int] = [:]

    init(model: TFLiteModel) {
        self.model = model
    }

    mutating func alias(_ tensor: Int, of source: Int) {
        sources[tensor] = sources[source] ?? source
    }

    func floats(_ tensor: Int) throws(ModelError) -> [Float] {
        let tensor = model.tensors[sources[tensor] ?? tensor]
        let values: [Float]
        switch tensor.type {
        case 0: values = load(tensor, as: UInt32.self).map { Float(bitPattern: $0) }
        case 1: values = load(tensor, as: UInt16.self).map(Self.widen)
        default: throw ModelError(.unsupported, "The constant \(tensor.name) is neither float32 nor float16.")
        }
        guard let sparsity = tensor.sparsity else { return try check(values, tensor) }
        return try check(try unpack(values, sparsity, tensor), tensor)
    }

    func integers(_ tensor: Int) throws(ModelError) -> [Int] {
        let tensor = model.tensors[tensor]
        guard tensor.type == 2 else {
            throw ModelError(.unsupported, "The constant \(tensor.name) is not of 32-bit integers.")
        }
        return load(tensor, as: Int32.self).map(Int.init)
    }

    /// Exact, by bits: Float16 is no type of every platform. Exponent and fraction stand where fp32 has them, sub-normals
    /// too; a power of two makes up for the other bias.
    static func widen(_ half: UInt16) -> Float {
        let sign = UInt32(half & 0x8000) << 16
        let magnitude = Float(bitPattern: UInt32(half & 0x7FFF) << 13) * 0x1p112
        let special: Float = half & 0x3FF == 0 ? .infinity : .nan
        return Float(bitPattern: (half & 0x7C00 == 0x7C00 ? special : magnitude).bitPattern | sign)
    }

    private func load<T: FixedWidthInteger>(_ tensor: TFLiteModel.Tensor, as _: T.Type) -> [T] {
        let size = MemoryLayout<T>.size
        return model.bytes.withUnsafeBytes { bytes in
            (0..<tensor.data.count / size).map {
                T(littleEndian: bytes.loadUnaligned(fromByteOffset: tensor.data.lowerBound + $0 * size, as: T.self))
            }
        }
    }

    private func unpack(
        _ values: [Float], _ sparsity: CompressedRows, _ tensor: TFLiteModel.Tensor
    ) throws(ModelError) -> [Float] {
        let width = tensor.shape.last ?? 0
        guard tensor.shape.count == 4, sparsity.starts.count == tensor.shape[0] + 1, tensor.shape[1] == 1,
            tensor.shape[2] == 1, sparsity.columns.count <= values.count,
            sparsity.columns.allSatisfy({ (0..<width).contains($0) })
        else { throw ModelError(.corrupt, "The sparse constant \(tensor.name) does not fit its shape.") }
        var dense = [Float](repeating: 0, count: tensor.shape[0] * width)
        for row in 0..<tensor.shape[0] {
            for entry in sparsity.starts[row]..<sparsity.starts[row + 1] {
                dense[row * width + sparsity.columns[entry]] = values[entry]
            }
        }
        return dense
    }

    private func check(_ values: [Float], _ tensor: TFLiteModel.Tensor) throws(ModelError) -> [Float] {
        guard values.count == tensor.shape.reduce(1, *) else {
            throw ModelError(.corrupt, "The constant \(tensor.name) has \(values.count) values, not \(tensor.shape).")
        }
        return values
    }
}
