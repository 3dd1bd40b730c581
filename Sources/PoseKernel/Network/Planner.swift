import MicrokernelABI

/// A graph rewritten as the steps that are run: padding folded into the convolution that reads it, additions into the
/// 1x1 convolution that feeds them.
struct Plan {
    struct Step {
        var operation: Graph.Operation
        var inputs: [Int]
        var output: Int
        /// What is computed band by band before `operation`, a 1x1 convolution.
        var chain: Chain?
        /// What is computed before `chain`, four rows at a time, from `inputs`.
        var stem: Stem?
        /// Added after the convolution, with an activation of its own.
        var residual: (tensor: Int, activation: Activation)?
        /// The residual is enlarged before it is added, with this activation in between.
        var enlargement: Activation?

        /// All activations that the step makes.
        var outputs: [Int] { [output] + (stem.map { $0.isRead ? [$0.output] : [] } ?? []) }

        /// All activations that the step reads.
        var reads: [Int] { inputs + (residual.map { [$0.tensor] } ?? []) }
    }

    /// A depthwise convolution and perhaps the convolution before it, which nothing else reads.
    struct Chain {
        var expansion: Graph.Convolution?
        var depthwise: Graph.Convolution
        /// Of the depthwise convolution.
        var inputShape: Graph.Shape
        var outputShape: Graph.Shape
    }

    /// The block that a network begins with.
    struct Stem {
        var shape: PictureConvolution.Shape
        var layers: IntegerStem.Layers
        /// What it gives, and whether others than the chain behind it read that.
        var output: Int
        var isRead: Bool
    }

    var steps: [Step] = []
    /// What the network puts out as it is or after no more than a change of shape or a sigmoid.
    private(set) var heads: Set<Int> = []
    /// For a reshaped tensor the one whose memory it shares.
    private(set) var aliases: [Int: Int] = [:]

    /// - Parameter outputs: what the network puts out, if not all that the graph does.
    init(_ graph: Graph, outputs: [Int]? = nil) {
        let consumers = Self.consumers(graph)
        let producers = Dictionary(uniqueKeysWithValues: graph.nodes.map { ($0.output, $0) })
        var paddings: [Int: (padding: Graph.Padding, source: Int)] = [:]
        let fused = Self.fusedConvolutions(graph, producers, consumers)

        for node in graph.nodes {
            var step = Step(operation: node.operation, inputs: node.inputs, output: node.output)
            switch node.operation {
            case .reshape:
                aliases[node.output] = aliases[node.inputs[0]] ?? node.inputs[0]
                continue
            case .pad(let padding) where Self.isFoldable(node, graph, consumers):
                paddings[node.output] = (padding, node.inputs[0])
                continue
            case .convolution where fused.values.contains(node.output):
                continue
            case .convolution, .depthwise:
                break
            case .add(let activation):
                if let convolution = fused[node.output], let producer = producers[convolution] {
                    let other = node.inputs[0] == convolution ? node.inputs[1] : node.inputs[0]
                    step.operation = producer.operation
                    step.inputs = producer.inputs
                    step.residual = (other, activation)
                }
            default: break
            }
            if let folded = paddings[step.inputs[0]] {
                step.inputs[0] = folded.source
                step.operation = step.operation.padded(by: folded.padding)
            }
            steps.append(step)
        }
        heads = Self.heads(graph, outputs ?? graph.outputs)
        chain(graph)
        enlargeResiduals(graph)
    }

    /// Moves the steps that `tensors` need before all others; gives their number.
    mutating func putFirst(_ tensors: [Int]) -> Int {
        var needed = Set(tensors.map(storage(of:)))
        var isNeeded = [Bool](repeating: false, count: steps.count)
        for index in steps.indices.reversed() where !needed.isDisjoint(with: steps[index].outputs.map(storage(of:))) {
            isNeeded[index] = true
            needed.formUnion(steps[index].reads.map(storage(of:)))
        }
        let (first, rest) = (steps.indices.filter { isNeeded[$0] }, steps.indices.filter { !isNeeded[$0] })
        steps = (first + rest).map { steps[$0] }
        return first.count
    }

    private static func heads(_ graph: Graph, _ outputs: [Int]) -> Set<Int> {
        var heads = Set(outputs)
        for node in graph.nodes.reversed() where heads.contains(node.output) {
            switch node.operation {
            case .reshape, .concatenateRows, .logistic: heads.formUnion(node.inputs)
            default: break
            }
        }
        return heads
    }

    /// The tensor whose memory `tensor` uses.
    func storage(of tensor: Int) -> Int { aliases[tensor] ?? tensor }

    private static func consumers(_ graph: Graph) -> [Int: [Graph.Node]] {
        var consumers: [Int: [Graph.Node]] = [:]
        for node in graph.nodes {
            for input in node.inputs { consumers[input, default: []].append(node) }
        }
        return consumers
    }

    private static func isFoldable(_ node: Graph.Node, _ graph: Graph, _ consumers: [Int: [Graph.Node]]) -> Bool {
        guard !graph.outputs.contains(node.output) else { return false }
        return consumers[node.output, default: []].allSatisfy {
            switch $0.operation {
            case .convolution, .depthwise: true
            default: false
            }
        }
    }

    /// For each addition the 1x1 convolution that is computed with it: one that nothing else reads.
    private static func fusedConvolutions(
        _ graph: Graph, _ producers: [Int: Graph.Node], _ consumers: [Int: [Graph.Node]]
    ) -> [Int: Int] {
        var fused: [Int: Int] = [:]
        for node in graph.nodes {
            guard case .add = node.operation, node.inputs[0] != node.inputs[1] else { continue }
            fused[node.output] = node.inputs.last { input in
                guard case .convolution(let c)? = producers[input]?.operation else { return false }
                return c.isPointwise && consumers[input]?.count == 1 && !graph.outputs.contains(input)
            }
        }
        return fused
    }
}

extension Graph.Convolution {
    /// Whether there is a depthwise kernel for it.
    var isSupported: Bool { kernelHeight == kernelWidth && [3, 5].contains(kernelHeight) && bias.count % 8 == 0 }

    var isPointwise: Bool { kernelHeight == 1 && kernelWidth == 1 && stride == 1 && padding == Graph.Padding() }
}

extension Graph.Operation {
    fileprivate func padded(by more: Graph.Padding) -> Graph.Operation {
        func sum(_ c: Graph.Convolution) -> Graph.Convolution {
            var c = c
            c.padding.top += more.top
            c.padding.left += more.left
            c.padding.bottom += more.bottom
            c.padding.right += more.right
            return c
        }
        switch self {
        case .convolution(let c): return .convolution(sum(c))
        case .depthwise(let c): return .depthwise(sum(c))
        default: return self
        }
    }
}
