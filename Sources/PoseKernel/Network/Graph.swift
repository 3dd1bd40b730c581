import MicrokernelABI

/// The network as it is computed: constants unpacked to fp32, storage operators (DEQUANTIZE, DENSIFY) folded away.
struct Graph {
    struct Padding: Equatable {
        var top = 0
        var left = 0
        var bottom = 0
        var right = 0
    }

    struct Convolution {
        var weights: [Float]
        var bias: [Float]
        var kernelHeight: Int
        var kernelWidth: Int
        var stride: Int
        var padding: Padding
        var activation: Activation
    }

    enum Operation {
        /// OHWI weights.
        case convolution(Convolution)
        /// HWC weights, multiplier 1.
        case depthwise(Convolution)
        case add(Activation)
        case pad(Padding)
        case maxPool2
        /// Bilinear 2x enlargement.
        case resize2(Activation)
        case depthToSpace2
        case concatenateRows
        case logistic
        /// The same values under another shape.
        case reshape
    }

    struct Node {
        var operation: Operation
        var inputs: [Int]
        var output: Int
    }

    /// Height, width, channels of each activation (leading ones dropped); elements in NHWC order.
    struct Shape: Equatable {
        var height: Int
        var width: Int
        var channels: Int

        var count: Int { height * width * channels }

        /// The last three of up to four dimensions; the first must be 1.
        init(_ dimensions: [Int]) {
            let padded = [Int](repeating: 1, count: max(0, 3 - dimensions.count)) + dimensions
            (height, width, channels) = (padded[padded.count - 3], padded[padded.count - 2], padded[padded.count - 1])
        }
    }

    var nodes: [Node]
    var shapes: [Shape]
    var names: [String]
    var dimensions: [[Int]]
    var inputs: [Int]
    var outputs: [Int]

    /// Only the nodes that `outputs` need, in order.
    func pruned(to outputs: [Int]) -> Graph {
        var needed = Set(outputs)
        var kept: [Node] = []
        for node in nodes.reversed() where needed.contains(node.output) {
            needed.formUnion(node.inputs)
            kept.append(node)
        }
        var graph = self
        graph.nodes = kept.reversed()
        graph.outputs = outputs
        return graph
    }
}
