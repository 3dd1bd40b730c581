import MicrokernelABI

/// Turns planned steps into tasks with pointers: first measures how much constants and scratch need, then packs.
struct StepPreparation {
    let graph: Graph
    let plan: Plan
    let memory: MemoryPlan
    let kernels: Microkernels
    let arena: AlignedFloats

    private(set) var constantCount = 0
    private(set) var scratchCount = 0
    private(set) var multiplyAdds = 0

    init(graph: Graph, plan: Plan, memory: MemoryPlan, kernels: Microkernels, arena: AlignedFloats) {
        self.graph = graph
        self.plan = plan
        self.memory = memory
        self.kernels = kernels
        self.arena = arena
    }

    /// A panel's bias is read in whole vectors.
    private static let biasPadding = 64

    mutating func measure() throws(ModelError) {
        for step in plan.steps {
            let output = graph.shapes[step.output]
            switch step.operation {
            case .convolution(let c):
                let k = c.weights.count / output.channels
                constantCount += aligned(kernels.packedGemmCount(k, output.channels))
                constantCount += aligned(output.channels + Self.biasPadding)
                multiplyAdds += output.count * k
                if !c.isPointwise { scratchCount = max(scratchCount, output.width * k) }
            case .depthwise(let c):
                guard c.kernelHeight == c.kernelWidth, [3, 5].contains(c.kernelHeight), output.channels % 8 == 0 else {
                    throw ModelError(
                        .unsupported,
                        "The model has a depthwise convolution of \(c.kernelHeight)x\(c.kernelWidth) on "
                            + "\(output.channels) channels; 3x3 and 5x5 on multiples of 8 are supported.")
                }
                constantCount += aligned(c.weights.count) + aligned(c.bias.count)
                multiplyAdds += output.count * c.kernelHeight * c.kernelWidth
            case .resize2 where output.channels % 8 != 0:
                throw ModelError(
                    .unsupported, "The model resizes \(output.channels) channels; multiples of 8 are supported.")
            default: break
            }
        }
    }

    func prepare(constants: AlignedFloats, scratch: AlignedFloats) -> [PreparedStep] {
        var free = constants.base
        func take(_ count: Int) -> UnsafeMutablePointer<Float> {
            defer { free += aligned(count) }
            return free
        }
        func place(_ values: [Float], _ count: Int) -> UnsafePointer<Float> {
            let target = take(count)
            target.update(from: values, count: values.count)
            return UnsafePointer(target)
        }
        return plan.steps.map { step in
            switch step.operation {
            case .convolution(let c):
                let channels = graph.shapes[step.output].channels
                let k = c.weights.count / channels
                let packed = take(kernels.packedGemmCount(k, channels))
                kernels.packGemm(c.weights, k, channels, packed)
                let bias = place(c.bias, channels + Self.biasPadding)
                return convolution(step, c, k: k, packed: UnsafePointer(packed), bias: bias, scratch: scratch)
            case .depthwise(let c):
                let weights = place(c.weights, c.weights.count)
                return depthwise(step, c, weights: weights, bias: place(c.bias, c.bias.count))
            case .resize2:
                let shape = graph.shapes[step.inputs[0]]
                return .resize(
                    ResizeTask(
                        input: pointer(step.inputs[0]), output: mutablePointer(step.output), inputHeight: shape.height,
                        inputWidth: shape.width, channels: shape.channels))
            case .add(let activation): return elementwise(step, .add(activation))
            case .pad(let padding): return elementwise(step, .pad(padding))
            case .maxPool2: return elementwise(step, .maxPool2)
            case .depthToSpace2: return elementwise(step, .depthToSpace2)
            case .logistic: return elementwise(step, .logistic)
            case .concatenateRows, .reshape: return elementwise(step, .copy)
            }
        }
    }

    private func convolution(
        _ step: Plan.Step, _ c: Graph.Convolution, k: Int, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        scratch: AlignedFloats
    ) -> PreparedStep {
        let input = graph.shapes[step.inputs[0]]
        let output = graph.shapes[step.output]
        var task = GemmTask(
            a: pointer(step.inputs[0]), packedB: packed, bias: bias, c: mutablePointer(step.output),
            m: output.height * output.width, k: k, n: output.channels, activation: c.activation,
            residual: step.residual.map { pointer($0.tensor) },
            residualActivation: step.residual?.activation ?? .none)
        if c.isPointwise { return .gemm(task) }
        task.a = UnsafePointer(scratch.base)
        task.m = output.width
        return .convolution(
            ConvolutionTask(
                product: task, input: pointer(step.inputs[0]), patches: scratch.base, inputShape: input,
                outputShape: output, kernelHeight: c.kernelHeight, kernelWidth: c.kernelWidth, stride: c.stride,
                padTop: c.padding.top, padLeft: c.padding.left))
    }

    private func depthwise(
        _ step: Plan.Step, _ c: Graph.Convolution, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>
    ) -> PreparedStep {
        let input = graph.shapes[step.inputs[0]]
        let output = graph.shapes[step.output]
        return .depthwise(
            DepthwiseTask(
                input: pointer(step.inputs[0]), weights: weights, bias: bias, output: mutablePointer(step.output),
                inputHeight: input.height, inputWidth: input.width, rows: 0..<output.height,
                outputWidth: output.width, channels: output.channels, kernel: c.kernelHeight, stride: c.stride,
                padTop: c.padding.top, padLeft: c.padding.left, activation: c.activation))
    }

    private func elementwise(_ step: Plan.Step, _ kind: ElementwiseTask.Kind) -> PreparedStep {
        .elementwise(
            ElementwiseTask(
                kind: kind, inputs: step.inputs.map(pointer), inputShapes: step.inputs.map { graph.shapes[$0] },
                output: mutablePointer(step.output), outputShape: graph.shapes[step.output]))
    }

    private func pointer(_ tensor: Int) -> UnsafePointer<Float> { UnsafePointer(mutablePointer(tensor)) }

    private func mutablePointer(_ tensor: Int) -> UnsafeMutablePointer<Float> {
        arena.base + (memory.offsets[plan.storage(of: tensor)] ?? 0)
    }

    /// Constants begin on cache lines.
    private func aligned(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}
