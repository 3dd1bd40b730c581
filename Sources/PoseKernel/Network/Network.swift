import MicrokernelABI

/// A model made ready to run on one instruction set: weights packed, memory planned, nothing allocated a run.
/// Not for use by two threads at once.
package final class Network {
    package let instructionSet: InstructionSet
    package let precision: Precision
    /// Multiply-adds of one run.
    package let multiplyAdds: Int

    private var graph: Graph
    /// What `outputs` names.
    private let outputTensors: [Int]
    private var plan: Plan
    private let memory: MemoryPlan
    private let kernels: Microkernels
    private let arena: AlignedFloats
    /// What the steps point into.
    private let constants: [AlignedFloats]
    private let scratch: StepPreparation.Scratch
    private let steps: [PreparedStep]
    /// Steps that `run` goes through; those behind them wait until somebody asks for `head`.
    private let runSteps: Int
    private let head: OnDemandHead?
    private var headIsReady = false

    /// Only what `outputs` (all when nil) need is computed by `run`. The output `onDemand` is not among them: the steps
    /// that only it needs and the values themselves are computed when `values` asks for them.
    package init(
        _ model: TFLiteModel, isa: InstructionSet = .best, precision: Precision = .fp32, outputs: [String]? = nil,
        onDemand: String? = nil
    ) throws(ModelError) {
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
        let tensors = try Self.tensors(outputs, in: whole)
        var head: OnDemandHead?
        if let onDemand { head = try OnDemandHead(onDemand, in: whole) }
        self.head = head
        graph = whole.pruned(to: tensors + (head.map { [$0.input] } ?? []))
        outputTensors = tensors
        self.instructionSet = isa
        self.precision = precision
        self.kernels = kernels
        var plan = Plan(graph)
        runSteps = plan.putFirst(tensors)
        self.plan = plan
        memory = MemoryPlan(plan, graph)
        arena = AlignedFloats(count: memory.count)
        var preparation = StepPreparation(
            graph: graph, plan: plan, memory: memory, kernels: kernels, precision: precision, arena: arena)
        steps = try preparation.prepare()
        constants = preparation.constants
        scratch = preparation.scratch
        multiplyAdds = steps.reduce(0) { $0 + $1.multiplyAdds }
        // Their weights are packed now: a second copy for each thread would be memory for nothing.
        graph.nodes = []
        plan.steps = []
    }

    private static func tensors(_ names: [String]?, in graph: Graph) throws(ModelError) -> [Int] {
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

    /// NHWC; keeps its values over a run.
    package var input: UnsafeMutableBufferPointer<Float> { buffer(graph.inputs[0]) }

    /// Valid until the next run.
    package func output(_ name: String) -> UnsafeBufferPointer<Float> { UnsafeBufferPointer(buffer(tensor(name))) }

    package func run() {
        headIsReady = false
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
        steps.map { step in (step.label, step.multiplyAdds, { [kernels] in step.run(kernels) }) }
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
