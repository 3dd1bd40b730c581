import MicrokernelABI

/// Turns planned steps into tasks with pointers: packs the weights, makes room for what lives within a step.
struct StepPreparation {
    let graph: Graph
    let plan: Plan
    let memory: MemoryPlan
    let isa: InstructionSet
    let kernels: Microkernels
    let precision: Precision
    let bytes: BytePolicy
    let arena: AlignedFloats
    /// Of a network for a crop: its input.
    let pixels: PixelInput?

    /// Weights and biases; the steps point into them.
    private let constants: PackedConstants
    private var constantCount = 0
    private(set) var scratch = Scratch()

    init(
        graph: Graph, plan: Plan, memory: MemoryPlan, isa: InstructionSet, kernels: Microkernels, precision: Precision,
        bytes: BytePolicy, arena: AlignedFloats, pixels: PixelInput?, constants: PackedConstants
    ) {
        self.graph = graph
        self.plan = plan
        self.memory = memory
        self.isa = isa
        self.kernels = kernels
        self.precision = precision
        self.bytes = bytes
        self.arena = arena
        self.pixels = pixels
        self.constants = constants
    }

    /// Room that one step after the other uses.
    struct Scratch {
        var gemm = AlignedFloats(count: 0)
        var patches = AlignedFloats(count: 0)
        var ring = AlignedFloats(count: 0)
        var band = AlignedFloats(count: 0)
    }

    /// A panel's bias is read in whole vectors.
    private static let biasPadding = 64

    mutating func prepare() throws(ModelError) -> [PreparedStep] {
        for step in plan.steps { try check(step) }
        makeScratch()
        var steps: [PreparedStep] = []
        for step in plan.steps { steps.append(prepared(step)) }
        return steps
    }

    private func check(_ step: Plan.Step) throws(ModelError) {
        let channels = graph.shapes[step.output].channels
        switch step.operation {
        case .depthwise(let c) where !c.isSupported:
            throw ModelError(
                .unsupported,
                "The model has a depthwise convolution of \(c.kernelHeight)x\(c.kernelWidth) on \(channels) channels; "
                    + "3x3 and 5x5 on multiples of 8 are supported.")
        case .resize2 where channels % 8 != 0, .convolution where step.enlargement != nil && channels % 8 != 0:
            throw ModelError(.unsupported, "The model resizes \(channels) channels; multiples of 8 are supported.")
        default: break
        }
    }

    private mutating func makeScratch() {
        var (gemm, patches, ring, band) = (0, 0, 0, 0)
        func measure(_ c: Graph.Convolution, _ step: Plan.Step?, width: Int) {
            let depth = c.weights.count / c.bias.count
            if isSparseProduct(c, step) { gemm = max(gemm, SparseGemm.scratchCount(k: depth, n: c.bias.count)) }
            if c.isPointwise {
                let kernel = precision.reducedGemm(clamped: false, bytes: multipliesBytes(c))
                gemm = max(gemm, kernel?.scratchCount(depth) ?? 0)
            }
            if !c.isPointwise { patches = max(patches, width * depth) }
        }
        for step in plan.steps {
            guard case .convolution(let c) = step.operation else { continue }
            measure(c, step, width: graph.shapes[step.output].width)
            guard let chain = step.chain else { continue }
            if let expansion = chain.expansion { measure(expansion, nil, width: chain.inputShape.width) }
            if let shape = integerBand(step) {
                let room = IntegerBand.Room(shape)
                (ring, band) = (max(ring, room.ringCount), max(band, room.bandCount))
                gemm = max(gemm, room.scratchCount)
                if let stem = step.stem { patches = max(patches, IntegerStem.ringCount(stem.shape)) }
                continue
            }
            if let shape = sparseBand(step) {
                ring = max(ring, SparseBand.scratchCount(shape))
                continue
            }
            let size = BandSize(chain, enlarges: step.enlargement != nil)
            (ring, band) = (max(ring, size.ringCount), max(band, size.bandCount))
        }
        scratch = Scratch(
            gemm: AlignedFloats(count: gemm), patches: AlignedFloats(count: patches), ring: AlignedFloats(count: ring),
            band: AlignedFloats(count: band))
    }

    private mutating func prepared(_ step: Plan.Step) -> PreparedStep {
        switch step.operation {
        case .convolution(let c): return convolution(step, c)
        case .depthwise(let c):
            let (input, output) = (graph.shapes[step.inputs[0]], graph.shapes[step.output])
            return .depthwise(
                depthwise(c, input, output, from: pointer(step.inputs[0]), to: mutablePointer(step.output)))
        case .resize2(let activation): return .resize(resize(step.inputs[0], to: step.output, activation))
        case .add(let activation): return elementwise(step, .add(activation))
        case .pad(let padding): return elementwise(step, .pad(padding))
        case .maxPool2: return elementwise(step, .maxPool2)
        case .depthToSpace2: return elementwise(step, .depthToSpace2)
        case .logistic: return elementwise(step, .logistic)
        case .concatenateRows, .reshape: return elementwise(step, .copy)
        }
    }

    private mutating func convolution(_ step: Plan.Step, _ c: Graph.Convolution) -> PreparedStep {
        let output = graph.shapes[step.output]
        let source = pointer(step.inputs[0])
        guard let chain = step.chain else {
            // A byte of what is never negative needs no sign, so that it is twice as fine.
            let clamped = multipliesBytes(c) && plan.bound(step.inputs[0]) == 6
            let product = product(
                c, step, a: source, c: mutablePointer(step.output), pixels: output, clamped: clamped)
            if c.isPointwise { return .product(product) }
            return .convolution(taps(c, product, from: source, graph.shapes[step.inputs[0]], output))
        }
        if let shape = integerBand(step), let expansion = chain.expansion {
            return .integerBand(integerBand(step, shape, expansion, chain, c, from: source))
        }
        if let shape = sparseBand(step), let expansion = chain.expansion {
            return sparseBand(step, shape, expansion, chain.depthwise, c, from: source)
        }
        let size = BandSize(chain, enlarges: step.enlargement != nil)
        let ring = scratch.ring.base
        var expansion = BandTask.Expansion.none
        if let pixels = pictureInput(step), let c = chain.expansion {
            expansion = .picture(picture(c, of: pixels, graph.shapes[step.inputs[0]], chain.inputShape))
        } else if let c = chain.expansion {
            let product = product(c, nil, a: source, c: ring, pixels: chain.inputShape)
            expansion =
                c.isPointwise
                ? .pointwise(product)
                : .convolution(taps(c, product, from: source, graph.shapes[step.inputs[0]], chain.inputShape))
        }
        let (first, last) = isLevelled(step, chain, c) ? chain.levelled(c) : (chain.depthwise, c)
        var middle = depthwise(
            first, chain.inputShape, chain.outputShape,
            from: chain.expansion == nil ? source : UnsafePointer(ring), to: scratch.band.base)
        middle.rowMask = size.rowMask
        return .band(
            BandTask(
                expansion: expansion, depthwise: middle,
                project: product(
                    last, step, a: UnsafePointer(scratch.band.base), c: mutablePointer(step.output), pixels: output,
                    clamped: chain.depthwise.activation == .relu6),
                ring: ring, enlargement: enlargement(step), bandRows: size.bandRows))
    }

    /// What enlarges the residual of `step` into its output, if it is to be enlarged.
    private func enlargement(_ step: Plan.Step) -> ResizeTask? {
        guard let activation = step.enlargement, let residual = step.residual else { return nil }
        return resize(residual.tensor, to: step.output, activation)
    }

    private func resize(_ input: Int, to output: Int, _ activation: Activation) -> ResizeTask {
        let shape = graph.shapes[input]
        return ResizeTask(
            input: pointer(input), output: mutablePointer(output), inputHeight: shape.height, inputWidth: shape.width,
            channels: shape.channels, activation: activation)
    }

    /// Whether a step reads the network's input as floats.
    var readsInputTensor: Bool {
        plan.steps.contains { step in
            step.stem == nil && pictureInput(step) == nil
                && step.reads.contains { plan.storage(of: $0) == graph.inputs[0] }
        }
    }

    /// What `step` reads instead of the network's input tensor; nil: `step` has no form that does.
    private func pictureInput(_ step: Plan.Step) -> PixelInput? {
        guard precision != .fp32, step.inputs == graph.inputs, let expansion = step.chain?.expansion,
            PictureConvolution.suits(expansion)
        else { return nil }
        return pixels
    }

    private mutating func picture(
        _ c: Graph.Convolution, of input: PixelInput, _ inputShape: Graph.Shape, _ outputShape: Graph.Shape
    ) -> PictureConvolution {
        let weights = packed(PictureConvolution.packedCount) {
            PictureConvolution.pack(c.weights, c.bias, range: input.range, into: $0)
        }
        return PictureConvolution(
            PictureConvolution.Shape(c, inputShape, outputShape), pixels: input.base, range: input.range,
            packed: weights)
    }

    mutating func packed(_ count: Int, _ pack: (UnsafeMutablePointer<Float>) -> Void) -> UnsafePointer<Float> {
        let floats = constant {
            let floats = AlignedFloats(count: count)
            pack(floats.base)
            return floats
        }
        return UnsafePointer(floats.base)
    }

    /// The product of a convolution with the residual of `step`, if it has one.
    ///
    /// - Parameters:
    ///   - clamped: its input lies in 0...6.
    ///   - isSparse: of a band that knows no other form of the weights.
    mutating func product(
        _ convolution: Graph.Convolution, _ step: Plan.Step?, a: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>,
        pixels: Graph.Shape, clamped: Bool = false, isSparse: Bool? = nil
    ) -> Product {
        let n = convolution.bias.count
        let k = convolution.weights.count / n
        let isSparse = isSparse ?? isSparseProduct(convolution, step)
        let sparse = isSparse ? SparseGemm.kernel(for: convolution.weights, k: k, n: n, with: isa) : nil
        let kernel = sparse ?? reducedGemm(for: convolution, step, pixels, clamped: clamped) ?? kernels.gemm
        let weights = packed(kernel.packedCount(k, n)) { kernel.pack(convolution.weights, k, n, $0) }
        return Product(
            task: gemmTask(convolution, step, a: a, packedB: weights, c: c, pixels: pixels), kernel: kernel,
            weightCount: sparse == nil ? convolution.weights.count : SparseGemm.countNonZero(convolution.weights))
    }

    mutating func gemmTask(
        _ convolution: Graph.Convolution, _ step: Plan.Step?, a: UnsafePointer<Float>, packedB: UnsafePointer<Float>,
        c: UnsafeMutablePointer<Float>, pixels: Graph.Shape
    ) -> GemmTask {
        let n = convolution.bias.count
        return GemmTask(
            a: a, packedB: packedB, bias: place(convolution.bias, padding: Self.biasPadding), c: c,
            m: pixels.height * pixels.width, k: convolution.weights.count / n, n: n,
            activation: convolution.activation,
            residual: step.flatMap { step in
                step.residual.map { pointer(step.enlargement == nil ? $0.tensor : step.output) }
            },
            residualActivation: step?.residual?.activation ?? .none, scratch: scratch.gemm.base)
    }

    /// Whether most weights are zero.
    func isSparse(_ convolution: Graph.Convolution) -> Bool {
        guard convolution.isPointwise, SparseGemm.isAvailable(with: isa) else { return false }
        let n = convolution.bias.count
        return SparseGemm.suits(convolution.weights, k: convolution.weights.count / n, n: n)
    }

    /// Whether passing over weights of zero is faster than a dense product: in fp32.
    private func isSparseProduct(_ convolution: Graph.Convolution, _ step: Plan.Step?) -> Bool {
        (precision == .fp32 || !isReducible(convolution, step)) && isSparse(convolution)
    }

    /// What a network puts out is not.
    private func isReducible(_ convolution: Graph.Convolution, _ step: Plan.Step?) -> Bool {
        guard convolution.isPointwise, convolution.weights.count / convolution.bias.count % 8 == 0 else { return false }
        return step.map { !plan.heads.contains($0.output) } ?? true
    }

    /// The reduced precision's where it is good enough.
    private func reducedGemm(
        for convolution: Graph.Convolution, _ step: Plan.Step?, _ pixels: Graph.Shape, clamped: Bool
    ) -> GemmKernel? {
        guard isReducible(convolution, step) else { return nil }
        return precision.reducedGemm(clamped: clamped, bytes: multipliesBytes(convolution))
    }

    /// Of a product outside of an `IntegerBand`.
    private func multipliesBytes(_ convolution: Graph.Convolution) -> Bool {
        precision == .int8 && bytes.multipliesBytes(depth: convolution.weights.count / convolution.bias.count)
    }

    /// Whether channels between `chain` and its projection are to be of like size.
    private func isLevelled(_ step: Plan.Step, _ chain: Plan.Chain, _ projection: Graph.Convolution) -> Bool {
        chain.expansion == nil && chain.depthwise.activation == .none && multipliesBytes(projection)
            && isReducible(projection, step) && plan.bound(step.inputs[0]) != nil
    }

    private func taps(
        _ c: Graph.Convolution, _ product: Product, from source: UnsafePointer<Float>, _ input: Graph.Shape,
        _ output: Graph.Shape
    ) -> ConvolutionTask {
        ConvolutionTask(
            product: product, input: source, patches: scratch.patches.base, inputShape: input, outputShape: output,
            kernelHeight: c.kernelHeight, kernelWidth: c.kernelWidth, stride: c.stride, padTop: c.padding.top,
            padLeft: c.padding.left)
    }

    private mutating func depthwise(
        _ c: Graph.Convolution, _ input: Graph.Shape, _ output: Graph.Shape, from source: UnsafePointer<Float>,
        to target: UnsafeMutablePointer<Float>
    ) -> DepthwiseTask {
        DepthwiseTask(
            input: source, weights: place(c.weights), bias: place(c.bias), output: target, inputHeight: input.height,
            inputWidth: input.width, rows: 0..<output.height, outputWidth: output.width, channels: output.channels,
            kernel: c.kernelHeight, stride: c.stride, padTop: c.padding.top, padLeft: c.padding.left,
            activation: c.activation)
    }

    private func elementwise(_ step: Plan.Step, _ kind: ElementwiseTask.Kind) -> PreparedStep {
        .elementwise(
            ElementwiseTask(
                kind: kind, inputs: step.inputs.map(pointer), inputShapes: step.inputs.map { graph.shapes[$0] },
                output: mutablePointer(step.output), outputShape: graph.shapes[step.output]))
    }

    mutating func place(_ values: [Float], padding: Int = 0) -> UnsafePointer<Float> {
        packed(values.count + padding) { $0.update(from: values, count: values.count) }
    }

    private mutating func constant(_ make: () -> AlignedFloats) -> AlignedFloats {
        defer { constantCount += 1 }
        return constants.item(constantCount, make: make)
    }

    func pointer(_ tensor: Int) -> UnsafePointer<Float> { UnsafePointer(mutablePointer(tensor)) }

    func mutablePointer(_ tensor: Int) -> UnsafeMutablePointer<Float> {
        arena.base + (memory.offsets[plan.storage(of: tensor)] ?? 0)
    }
}
