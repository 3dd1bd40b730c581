import MicrokernelABI
import PoseKernel
import Testing

/// The depthwise convolutions and enlargements of both networks against plain loops in double precision.
@Suite struct DepthwiseTests {
    /// Height and width of the input, channels, kernel, stride, rows of zeros above (and columns to the left), height
    /// and width of the output: every distinct layer of the two models.
    static let layers: [(size: Int, channels: Int, kernel: Int, stride: Int, pad: Int, output: Int)] = [
        (2, 288, 3, 1, 1, 2), (4, 288, 3, 2, 0, 2), (4, 288, 3, 1, 1, 4), (7, 1152, 3, 1, 1, 7), (7, 1152, 5, 1, 2, 7),
        (8, 288, 3, 2, 0, 4), (8, 864, 3, 1, 1, 8), (8, 864, 5, 1, 2, 8), (14, 112, 3, 1, 1, 14),
        (14, 192, 3, 1, 1, 14), (14, 480, 3, 1, 1, 14), (14, 480, 5, 1, 2, 14), (14, 672, 5, 1, 2, 14),
        (16, 88, 3, 1, 1, 16), (16, 288, 3, 2, 0, 7), (16, 384, 3, 1, 1, 16), (16, 384, 5, 1, 2, 16),
        (16, 528, 5, 1, 2, 16), (18, 672, 5, 2, 0, 7), (20, 528, 5, 2, 0, 8), (28, 40, 3, 1, 1, 28),
        (28, 96, 3, 1, 1, 28), (28, 240, 5, 1, 2, 28), (30, 48, 3, 2, 0, 14), (30, 240, 3, 2, 0, 14),
        (32, 32, 3, 1, 1, 32), (32, 192, 5, 1, 2, 32), (34, 192, 3, 2, 0, 16), (56, 144, 3, 1, 1, 56),
        (58, 24, 3, 2, 0, 28), (60, 144, 5, 2, 0, 28), (64, 24, 3, 1, 1, 64), (64, 48, 3, 1, 1, 64),
        (64, 144, 3, 1, 1, 64), (68, 144, 5, 2, 0, 32), (112, 24, 3, 1, 1, 112), (114, 64, 3, 2, 0, 56),
        (128, 8, 3, 1, 1, 128), (128, 16, 3, 1, 1, 128), (128, 24, 3, 1, 1, 128), (130, 64, 3, 2, 0, 64),
        (256, 8, 3, 1, 1, 256),
        // As the planner runs them: the zeros of a separate padding folded in.
        (16, 48, 3, 2, 1, 8), (14, 672, 5, 2, 2, 7), (16, 528, 5, 2, 2, 8), (64, 144, 5, 2, 2, 32),
        // And what no model has: odd sizes, a kernel larger than the picture.
        (1, 8, 5, 1, 2, 1), (3, 24, 5, 2, 2, 2), (5, 40, 3, 2, 1, 3), (13, 56, 3, 1, 1, 13), (9, 8, 5, 2, 1, 4),
        (2, 24, 3, 1, 1, 2), (8, 72, 3, 1, 1, 8), (18, 56, 3, 1, 0, 16), (10, 8, 3, 1, 2, 12), (24, 40, 3, 1, 1, 24),
    ]

    @Test("Every layer's shape, with forbidden pages on either side", arguments: layers.indices)
    func layer(index: Int) throws {
        let layer = Self.layers[index]
        let (size, channels, kernel) = (layer.size, layer.channels, layer.kernel)
        let seed = UInt64(1000 + index)
        let input = randomFloats(size * size * channels, seed: seed)
        let weights = randomFloats(kernel * kernel * channels, seed: seed + 1)
        let bias = randomFloats(channels, seed: seed + 2)
        let expected = Self.convolution(layer, input, weights, bias)
        for isa in InstructionSet.available {
            for side in GuardedFloats.Side.allCases {
                let kernels = try #require(isa.microkernels)
                let source = GuardedFloats(input, against: side)
                let (taps, offset) = (GuardedFloats(weights, against: side), GuardedFloats(bias, against: side))
                let output = GuardedFloats(count: layer.output * layer.output * channels, against: side)
                kernels.depthwise(
                    DepthwiseTask(
                        input: source.base, weights: taps.base, bias: offset.base, output: output.base,
                        inputHeight: size, inputWidth: size, rows: 0..<layer.output, outputWidth: layer.output,
                        channels: channels, kernel: kernel, stride: layer.stride, padTop: layer.pad,
                        padLeft: layer.pad, activation: .none))
                #expect(deviation(output.values, expected, terms: kernel * kernel) < 1, "\(isa.rawValue) \(layer)")
            }
        }
    }

    @Test(
        "A few rows from a ring of input rows are the bits of the whole",
        arguments: [(3, 1, 4, 2), (3, 1, 8, 3), (3, 2, 4, 1), (5, 1, 8, 4), (5, 2, 8, 2)])
    func ring(kernel: Int, stride: Int, ringRows: Int, band: Int) throws {
        let (size, channels) = (24, 40)
        let length = size * channels
        let input = GuardedFloats(randomFloats(size * length, seed: 11), against: .after)
        let weights = GuardedFloats(randomFloats(kernel * kernel * channels, seed: 12), against: .after)
        let bias = GuardedFloats(randomFloats(channels, seed: 13), against: .after)
        let pad = kernel / 2
        let side = (size + 2 * pad - kernel) / stride + 1
        for isa in InstructionSet.available {
            let kernels = try #require(isa.microkernels)
            let whole = GuardedFloats(count: side * side * channels, against: .after)
            var task = DepthwiseTask(
                input: input.base, weights: weights.base, bias: bias.base, output: whole.base, inputHeight: size,
                inputWidth: size,
                rows: 0..<side, outputWidth: side, channels: channels, kernel: kernel, stride: stride, padTop: pad,
                padLeft: pad, activation: .relu6)
            kernels.depthwise(task)
            let ring = GuardedFloats(count: ringRows * length, against: .after)
            let output = GuardedFloats(count: band * side * channels, against: .before)
            (task.input, task.output, task.rowMask) = (UnsafePointer(ring.base), output.base, ringRows - 1)
            for first in Swift.stride(from: 0, to: side, by: band) {
                task.rows = first..<min(first + band, side)
                for row in max(0, first * stride - pad)..<min(size, (task.rows.upperBound - 1) * stride - pad + kernel)
                {
                    let slot = ring.base + (row & task.rowMask) * length
                    slot.update(from: input.base + row * length, count: length)
                }
                kernels.depthwise(task)
                let count = task.rows.count * side * channels
                let start = first * side * channels
                #expect(
                    Array(output.values[..<count]) == Array(whole.values[start..<start + count]),
                    "\(isa.rawValue) \(first)")
            }
        }
    }

    @Test(
        "Enlarging by two, a part of the rows after the other, clamped to 0...6 or not",
        arguments: [(7, 1152), (8, 48), (14, 192), (1, 8), (64, 8), (5, 24)], [Activation.none, .relu6])
    func enlargement(shape: (size: Int, channels: Int), activation: Activation) throws {
        let (size, channels) = shape
        let input = randomFloats(size * size * channels, seed: 5).map { 9 * $0 }
        var expected = Self.enlarged(input, size: size, channels: channels)
        if activation == .relu6 { expected = expected.map { min(max($0, 0), 6) } }
        for isa in InstructionSet.available {
            for side in GuardedFloats.Side.allCases {
                let kernels = try #require(isa.microkernels)
                let source = GuardedFloats(input, against: side)
                let output = GuardedFloats(count: 4 * size * size * channels, against: side)
                var task = ResizeTask(
                    input: source.base, output: output.base, inputHeight: size, inputWidth: size, channels: channels,
                    activation: activation)
                for rows in [0..<1, 1..<2 * size] {
                    task.rows = rows
                    kernels.resize(task)
                }
                #expect(deviation(output.values, expected, terms: 4) < 9, "\(isa.rawValue)")
            }
        }
    }

    private static func convolution(
        _ layer: (size: Int, channels: Int, kernel: Int, stride: Int, pad: Int, output: Int), _ input: [Float],
        _ weights: [Float], _ bias: [Float]
    ) -> [Double] {
        let channels = layer.channels
        var result = [Double](repeating: 0, count: layer.output * layer.output * channels)
        for y in 0..<layer.output {
            for x in 0..<layer.output {
                for c in 0..<channels {
                    var sum = Double(bias[c])
                    for ky in 0..<layer.kernel {
                        for kx in 0..<layer.kernel {
                            let (row, column) = (
                                y * layer.stride - layer.pad + ky, x * layer.stride - layer.pad + kx
                            )
                            guard (0..<layer.size).contains(row), (0..<layer.size).contains(column) else { continue }
                            sum +=
                                Double(input[(row * layer.size + column) * channels + c])
                                * Double(weights[(ky * layer.kernel + kx) * channels + c])
                        }
                    }
                    result[(y * layer.output + x) * channels + c] = sum
                }
            }
        }
        return result
    }

    /// By its definition: output o lies at (o + 0.5) / 2 - 0.5 of the input, clamped to it.
    private static func enlarged(_ input: [Float], size: Int, channels: Int) -> [Double] {
        func taps(_ output: Int) -> (low: Int, high: Int, share: Double) {
            let place = max((Double(output) + 0.5) / 2 - 0.5, 0)
            let low = Int(place)
            return (low, min(low + 1, size - 1), place - Double(low))
        }
        var result: [Double] = []
        for y in 0..<(2 * size) {
            let v = taps(y)
            for x in 0..<(2 * size) {
                let h = taps(x)
                for c in 0..<channels {
                    func at(_ row: Int, _ column: Int) -> Double { Double(input[(row * size + column) * channels + c]) }
                    let top = at(v.low, h.low) * (1 - h.share) + at(v.low, h.high) * h.share
                    let bottom = at(v.high, h.low) * (1 - h.share) + at(v.high, h.high) * h.share
                    result.append(top * (1 - v.share) + bottom * v.share)
                }
            }
        }
        return result
    }
}
