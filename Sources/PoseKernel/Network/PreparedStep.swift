import MicrokernelABI

/// A step with its pointers resolved: what `Network.run` goes through.
enum PreparedStep {
    case gemm(GemmTask)
    case convolution(ConvolutionTask)
    case depthwise(DepthwiseTask)
    case resize(ResizeTask)
    case elementwise(ElementwiseTask)

    func run(_ kernels: Microkernels) {
        switch self {
        case .gemm(let task): kernels.gemm(task)
        case .convolution(let task): task.run(kernels)
        case .depthwise(let task): kernels.depthwise(task)
        case .resize(let task): kernels.resize(task)
        case .elementwise(let task): task.run()
        }
    }
}

extension PreparedStep {
    /// Operator and shape, for a profile.
    var label: String {
        switch self {
        case .gemm(let t): "gemm \(t.m)x\(t.k)x\(t.n)" + (t.residual == nil ? "" : " + residual")
        case .convolution(let t):
            "convolution \(t.kernelHeight)x\(t.kernelWidth) s\(t.stride) to \(t.outputShape.label)"
        case .depthwise(let t):
            "depthwise \(t.kernel)x\(t.kernel) s\(t.stride) to \(t.rows.count)x\(t.outputWidth)x\(t.channels)"
        case .resize(let t): "resize to \(2 * t.inputHeight)x\(2 * t.inputWidth)x\(t.channels)"
        case .elementwise(let t): "\(t.kind) to \(t.outputShape.label)"
        }
    }

    var multiplyAdds: Int {
        switch self {
        case .gemm(let t): t.m * t.k * t.n
        case .convolution(let t): t.outputShape.count * t.product.k
        case .depthwise(let t): t.rows.count * t.outputWidth * t.channels * t.kernel * t.kernel
        case .resize, .elementwise: 0
        }
    }
}

extension Graph.Shape {
    fileprivate var label: String { "\(height)x\(width)x\(channels)" }
}
