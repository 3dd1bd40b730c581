import MicrokernelABI

/// A step with its pointers resolved: what `Network.run` goes through.
enum PreparedStep {
    case product(Product)
    case convolution(ConvolutionTask)
    case depthwise(DepthwiseTask)
    case band(BandTask)
    case integerBand(IntegerBand)
    case sparseBand(SparseBand, multiplyAdds: Int)
    case resize(ResizeTask)
    case elementwise(ElementwiseTask)

    func run(_ kernels: Microkernels) {
        switch self {
        case .product(let product): product.run()
        case .convolution(let task): task.run()
        case .depthwise(let task): kernels.depthwise(task)
        case .band(let task): task.run(kernels)
        case .integerBand(let band): band.run()
        case .sparseBand(let band, _): band.run()
        case .resize(let task): kernels.resize(task)
        case .elementwise(let task): task.run()
        }
    }
}

extension PreparedStep {
    /// Operator and shape, for a profile.
    var label: String {
        switch self {
        case .product(let p): "gemm \(p.task.m)x\(p.task.k)x\(p.task.n)"
        case .convolution(let t): t.label
        case .depthwise(let t): t.label
        case .band(let t): t.label
        case .integerBand(let b): b.label
        case .sparseBand(let b, _): b.label
        case .resize(let t): "resize to \(2 * t.inputHeight)x\(2 * t.inputWidth)x\(t.channels)"
        case .elementwise(let t): "\(t.kind) to \(t.outputShape.label)"
        }
    }

    var multiplyAdds: Int {
        switch self {
        case .product(let p): p.multiplyAdds
        case .convolution(let t): t.product.multiplyAdds
        case .depthwise(let t): t.rows.count * t.outputWidth * t.channels * t.kernel * t.kernel
        case .band(let t): t.multiplyAdds
        case .integerBand(let b): b.multiplyAdds
        case .sparseBand(_, let multiplyAdds): multiplyAdds
        case .resize, .elementwise: 0
        }
    }
}

extension ConvolutionTask {
    fileprivate var label: String { "convolution \(kernelHeight)x\(kernelWidth) s\(stride) to \(outputShape.label)" }
}

extension PictureConvolution {
    fileprivate var label: String { "picture 3x3 s2 to \(height)x\(width)x\(Self.channels)" }
}

extension DepthwiseTask {
    fileprivate var label: String {
        "depthwise \(kernel)x\(kernel) s\(stride) to \(rows.count)x\(outputWidth)x\(channels)"
    }
}

extension BandTask {
    fileprivate var label: String {
        let first =
            switch expansion {
            case .none: ""
            case .pointwise(let p): "\(p.task.k)-"
            case .convolution(let t): t.label + " "
            case .picture(let p): p.label + " "
            }
        return "bands \(first)\(depthwise.label)-\(project.task.n)"
    }
}

extension Graph.Shape {
    fileprivate var label: String { "\(height)x\(width)x\(channels)" }
}

extension IntegerBand {
    fileprivate var label: String {
        "bands \(stem.map { $0.label + " " } ?? "")\(shape.depth)-\(shape.label) in integers"
    }
}

extension IntegerStem {
    fileprivate var label: String {
        let size = "\(shape.outputHeight)x\(shape.outputWidth)"
        return "picture 3x3 s2 to \(size)x\(Self.channels) depthwise 3x3 s1 to \(size)x\(Self.channels)-\(Self.outputs)"
    }
}

extension SparseBand {
    fileprivate var label: String { "bands \(shape.depth)-\(shape.label) on planes" }
}

extension BandShape {
    fileprivate var label: String {
        "depthwise \(kernel)x\(kernel) s\(stride) to \(outputHeight)x\(outputWidth)x\(channels)-\(outputs)"
    }
}
