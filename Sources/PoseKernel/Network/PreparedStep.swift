import Foundation
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

/// A dense convolution, row by row: the taps of one output row are gathered into `patches`, then multiplied.
struct ConvolutionTask {
    /// With `a` = `patches` and `m` = the output's width; `c` is moved row by row.
    var product: GemmTask
    var input: UnsafePointer<Float>
    var patches: UnsafeMutablePointer<Float>
    var inputShape: Graph.Shape
    var outputShape: Graph.Shape
    var kernelHeight: Int
    var kernelWidth: Int
    var stride: Int
    var padTop: Int
    var padLeft: Int

    func run(_ kernels: Microkernels) {
        var row = product
        for y in 0..<outputShape.height {
            gather(y)
            kernels.gemm(row)
            row.c += outputShape.width * outputShape.channels
        }
    }

    private func gather(_ y: Int) {
        let channels = inputShape.channels
        var target = patches
        for x in 0..<outputShape.width {
            let left = x * stride - padLeft
            let first = max(0, -left)
            let end = max(first, min(kernelWidth, inputShape.width - left))
            for ky in 0..<kernelHeight {
                let line = y * stride - padTop + ky
                if line < 0 || line >= inputShape.height {
                    target.update(repeating: 0, count: kernelWidth * channels)
                } else {
                    target.update(repeating: 0, count: first * channels)
                    let source = input + (line * inputShape.width + left + first) * channels
                    (target + first * channels).update(from: source, count: (end - first) * channels)
                    (target + end * channels).update(repeating: 0, count: (kernelWidth - end) * channels)
                }
                target += kernelWidth * channels
            }
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
            "depthwise \(t.kernel)x\(t.kernel) s\(t.stride) to \(t.outputHeight)x\(t.outputWidth)x\(t.channels)"
        case .resize(let t): "resize to \(2 * t.inputHeight)x\(2 * t.inputWidth)x\(t.channels)"
        case .elementwise(let t): "\(t.kind) to \(t.outputShape.label)"
        }
    }

    var multiplyAdds: Int {
        switch self {
        case .gemm(let t): t.m * t.k * t.n
        case .convolution(let t): t.outputShape.count * t.product.k
        case .depthwise(let t): t.outputHeight * t.outputWidth * t.channels * t.kernel * t.kernel
        case .resize, .elementwise: 0
        }
    }
}

extension Graph.Shape {
    fileprivate var label: String { "\(height)x\(width)x\(channels)" }
}

/// The small rest: a few per cent of the time, in plain loops.
struct ElementwiseTask {
    enum Kind {
        case add(Activation)
        case pad(Graph.Padding)
        case maxPool2
        case depthToSpace2
        case logistic
        case copy
    }

    var kind: Kind
    var inputs: [UnsafePointer<Float>]
    var inputShapes: [Graph.Shape]
    var output: UnsafeMutablePointer<Float>
    var outputShape: Graph.Shape

    func run() {
        switch kind {
        case .add(let activation): add(activation)
        case .pad(let padding): pad(padding)
        case .maxPool2: maxPool()
        case .depthToSpace2: depthToSpace()
        case .logistic: for i in 0..<outputShape.count { output[i] = 1 / (1 + expf(-inputs[0][i])) }
        case .copy: copy()
        }
    }

    private func add(_ activation: Activation) {
        let (a, b) = (inputs[0], inputs[1])
        for i in 0..<outputShape.count {
            let sum = a[i] + b[i]
            output[i] = activation == .relu6 ? min(max(sum, 0), 6) : sum
        }
    }

    private func pad(_ padding: Graph.Padding) {
        let shape = inputShapes[0]
        let row = shape.width * shape.channels
        output.update(repeating: 0, count: outputShape.count)
        for y in 0..<shape.height {
            let start = ((y + padding.top) * outputShape.width + padding.left) * shape.channels
            (output + start).update(from: inputs[0] + y * row, count: row)
        }
    }

    private func maxPool() {
        let shape = inputShapes[0]
        let channels = shape.channels
        for y in 0..<outputShape.height {
            for x in 0..<outputShape.width {
                let a = inputs[0] + (2 * y * shape.width + 2 * x) * channels
                let b = a + shape.width * channels
                let target = output + (y * outputShape.width + x) * channels
                for c in 0..<channels { target[c] = max(max(a[c], a[c + channels]), max(b[c], b[c + channels])) }
            }
        }
    }

    private func depthToSpace() {
        let shape = inputShapes[0]
        let channels = outputShape.channels
        for y in 0..<outputShape.height {
            for x in 0..<outputShape.width {
                let block = (y % 2) * 2 + x % 2
                let source = inputs[0] + ((y / 2) * shape.width + x / 2) * shape.channels + block * channels
                (output + (y * outputShape.width + x) * channels).update(from: source, count: channels)
            }
        }
    }

    private func copy() {
        var target = output
        for (input, shape) in zip(inputs, inputShapes) {
            target.update(from: input, count: shape.count)
            target += shape.count
        }
    }
}
