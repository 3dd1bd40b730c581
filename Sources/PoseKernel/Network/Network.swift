import MicrokernelABI

/// A model made ready to run on one instruction set: weights packed, memory planned, nothing allocated a run.
/// Not for use by two threads at once.
package final class Network {
    package let instructionSet: InstructionSet
    package let precision: Precision
    /// What of it is bytes in int8.
    package let bytes: BytePolicy
    /// Multiply-adds of one run.
    package let multiplyAdds: Int

    private let graph: Graph
    /// What `outputs` names.
    private let outputTensors: [Int]
    private let plan: Plan
    private let memory: MemoryPlan
    private let kernels: Microkernels
    private let arena: AlignedFloats
    /// What the steps point into; other networks of the same model may use the same.
    private let constants: PackedConstants
    private let scratch: StepPreparation.Scratch
    private let steps: [PreparedStep]
    /// The input as a crop fills it.
    private let pixelInput: PixelInput?
    /// Whether some step reads it as floats, which `run` makes of the pixels then.
    private let readsInputTensor: Bool
    /// Steps that `run` goes through; those behind them wait until somebody asks for `head`.
    private let runSteps: Int
    private let head: OnDemandHead?
    private var headIsReady = false

    /// Only what `outputs` (all when nil) need is computed by `run`. The output `onDemand` is not among them: the steps
    /// that only it needs and the values themselves are computed when `values` asks for them. With `crop`, `pixels` are
    /// the input, and `input` is not to be written.
    package convenience init(
        _ model: TFLiteModel, isa: InstructionSet = .best, precision: Precision = .fp32, outputs: [String]? = nil,
        onDemand: String? = nil, crop: CropSpecification? = nil
    ) throws(ModelError) {
        let blueprint = try Blueprint(
            model, isa: isa, precision: precision, outputs: outputs, onDemand: onDemand, crop: crop)
        try self.init(blueprint, PackedConstants())
    }

    /// Networks of one kind for several threads, which share what no run changes: the packed weights. Keeps the model's
    /// own weights as well, as long as it lives. Not for use by two threads at once.
    package final class Supply {
        private let blueprint: Blueprint
        private let constants = PackedConstants()
        private var spare: Network?

        /// Packs the weights.
        package init(
            _ model: TFLiteModel, isa: InstructionSet = .best, precision: Precision = .fp32, outputs: [String]? = nil,
            onDemand: String? = nil, crop: CropSpecification? = nil
        ) throws(ModelError) {
            blueprint = try Blueprint(
                model, isa: isa, precision: precision, outputs: outputs, onDemand: onDemand, crop: crop)
            spare = try Network(blueprint, constants)
        }

        package func next() throws(ModelError) -> Network {
            if let network = spare.take() { return network }
            return try Network(blueprint, constants)
        }
    }

    private init(_ blueprint: Blueprint, _ constants: PackedConstants) throws(ModelError) {
        (instructionSet, precision, kernels) = (blueprint.isa, blueprint.precision, blueprint.kernels)
        bytes = blueprint.bytes
        (outputTensors, head, runSteps) = (blueprint.outputTensors, blueprint.head, blueprint.runSteps)
        memory = MemoryPlan(blueprint.plan, blueprint.graph)
        arena = AlignedFloats(count: memory.count)
        self.constants = constants
        pixelInput = try blueprint.pixelInput()
        var preparation = StepPreparation(
            graph: blueprint.graph, plan: blueprint.plan, memory: memory, isa: instructionSet, kernels: kernels,
            precision: precision, bytes: bytes, arena: arena, pixels: pixelInput, constants: constants)
        steps = try preparation.prepare()
        scratch = preparation.scratch
        readsInputTensor = preparation.readsInputTensor
        multiplyAdds = steps.reduce(0) { $0 + $1.multiplyAdds }
        // Nodes and steps hold the weights as they were read, which are packed now.
        var (graph, plan) = (blueprint.graph, blueprint.plan)
        graph.nodes = []
        plan.steps = []
        (self.graph, self.plan) = (graph, plan)
    }

    /// What networks of one model have in common before their memory is made.
    private struct Blueprint {
        let isa: InstructionSet
        let precision: Precision
        let kernels: Microkernels
        let bytes: BytePolicy
        let graph: Graph
        let outputTensors: [Int]
        let plan: Plan
        let runSteps: Int
        let head: OnDemandHead?
        let crop: CropSpecification?

        init(
            _ model: TFLiteModel, isa: InstructionSet, precision: Precision, outputs: [String]?, onDemand: String?,
            crop: CropSpecification?
        ) throws(ModelError) {
            self.crop = crop
            guard let kernels = isa.microkernels else {
                throw ModelError(.unsupported, "This CPU does not have the instruction set \(isa.rawValue).")
            }
            guard Precision.available(with: isa).contains(precision) else {
                throw ModelError(
                    .unsupported,
                    "\(precision.rawValue) needs \(precision.requirement); \(Precision.fp32.rawValue) always works.")
            }
            let whole = try Graph(model)
            guard whole.inputs.count == 1 else {
                throw ModelError(.unsupported, "The model has \(whole.inputs.count) inputs; one is expected.")
            }
            bytes = BytePolicy(
                takes: whole.dimensions[whole.inputs[0]], gives: whole.outputs.map { whole.dimensions[$0] })
            outputTensors = try Network.tensors(outputs, in: whole)
            var head: OnDemandHead?
            if let onDemand { head = try OnDemandHead(onDemand, in: whole) }
            graph = whole.pruned(to: outputTensors + (head.map { [$0.input] } ?? [])).withLateEnlargements()
            var plan = Plan(graph, outputs: outputTensors)
            if precision == .int8, crop != nil { plan.mergeStem(graph) }
            runSteps = plan.putFirst(outputTensors)
            (self.isa, self.precision, self.kernels, self.plan, self.head) = (isa, precision, kernels, plan, head)
        }

        func pixelInput() throws(ModelError) -> PixelInput? {
            guard let crop else { return nil }
            let input = graph.dimensions[graph.inputs[0]]
            guard input == [1, crop.side, crop.side, 3] else {
                throw ModelError(
                    .wrongShape, "The model's input is \(input); a crop is [1, \(crop.side), \(crop.side), 3].")
            }
            return PixelInput(crop)
        }
    }

    fileprivate static func tensors(_ names: [String]?, in graph: Graph) throws(ModelError) -> [Int] {
        guard let names else { return graph.outputs }
        var tensors: [Int] = []
        for name in names {
            guard let tensor = graph.outputs.first(where: { graph.names[$0] == name }) else {
                let known = graph.outputs.map { graph.names[$0] }.joined(separator: ", ")
                throw ModelError(.wrongShape, "The model has no output \(name); it has \(known).")
            }
            tensors.append(tensor)
        }
        return tensors
    }

    package var inputShape: [Int] { graph.dimensions[graph.inputs[0]] }

    /// Names of the outputs that are computed, in the model's order.
    package var outputNames: [String] { outputTensors.map { graph.names[$0] } }

    package func outputShape(_ name: String) -> [Int] { graph.dimensions[tensor(name)] }

    /// NHWC; keeps its values over a run. Of a network that was made for a crop it may never be filled.
    package var input: UnsafeMutableBufferPointer<Float> { buffer(graph.inputs[0]) }

    /// Of a network that was made for a crop: four bytes a pixel, red, green, blue and one that does not matter. Keeps
    /// its values over a run.
    package var pixels: UnsafeMutableBufferPointer<UInt8> {
        guard let pixelInput else { preconditionFailure("the network was not made for a crop") }
        return pixelInput.pixels
    }

    /// Every value of the input half way between black and white.
    func makeInputGrey() {
        if let pixelInput { pixelInput.pixels.update(repeating: 128) } else { input.update(repeating: 0.5) }
    }

    /// Valid until the next run.
    package func output(_ name: String) -> UnsafeBufferPointer<Float> { UnsafeBufferPointer(buffer(tensor(name))) }

    package func run() {
        headIsReady = false
        if readsInputTensor { pixelInput?.write(to: input) }
        for step in steps[..<runSteps] { step.run(kernels) }
    }

    /// `channel` of the output `onDemand` for neighbouring pixels of a row, of the latest run.
    package func values(
        channel: Int, row: Int, columns: Range<Int>, into target: UnsafeMutableBufferPointer<Float>
    ) {
        guard let head, let base = target.baseAddress, target.count >= columns.count else {
            preconditionFailure("the network was made without an output on demand, or there is no room for its values")
        }
        if !headIsReady {
            for step in steps[runSteps...] { step.run(kernels) }
            headIsReady = true
        }
        guard let source = buffer(head.input).baseAddress else { return }
        head.compute(channel: channel, row: row, columns: columns, from: UnsafePointer(source), into: base, kernels)
    }

    /// What `run` goes through, one by one: for a profile.
    var profiledSteps: [(label: String, multiplyAdds: Int, run: () -> Void)] {
        let own = steps.map { step in (step.label, step.multiplyAdds, { [kernels] in step.run(kernels) }) }
        guard readsInputTensor, let pixelInput else { return own }
        return [("pixels to floats", 0, { [input] in pixelInput.write(to: input) })] + own
    }

    private func tensor(_ name: String) -> Int {
        guard let tensor = outputTensors.first(where: { graph.names[$0] == name }) else {
            preconditionFailure("\(name) is not among the outputs that this network was made for")
        }
        return tensor
    }

    private func buffer(_ tensor: Int) -> UnsafeMutableBufferPointer<Float> {
        let offset = memory.offsets[plan.storage(of: tensor)] ?? 0
        return UnsafeMutableBufferPointer(start: arena.base + offset, count: graph.shapes[tensor].count)
    }
}
