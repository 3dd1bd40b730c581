import Foundation
import MicrokernelABI

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
