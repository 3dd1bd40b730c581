import MicrokernelABI

/// Depthwise 3x3 convolution to a picture of the same size where the channels of one pixel end in half a vector: two
/// neighbouring pixels are whole vectors, so that no lane idles. Sums add up in the order of `DepthwiseShape`.
struct DepthwisePairs {
    private typealias Lines = InlineArray<4, UnsafePointer<Float>>
    private typealias Sums = InlineArray<4, Vector>

    private let task: DepthwiseTask
    /// For each vector of a pair its bias, then its weights.
    private let constants: UnsafePointer<Float>
    /// As many as a block reads of a row.
    private let zeros: UnsafePointer<Float>

    /// Outputs of a row at a time: four pairs. They read two pixels more.
    private static let block = 8
    /// Vectors of constants for each vector of a pair.
    private static let constantCount = 10

    static func suits(_ task: DepthwiseTask) -> Bool {
        task.kernel == 3 && task.stride == 1 && task.padTop == 1 && task.padLeft == 1
            && task.outputWidth == task.inputWidth && task.outputWidth % block == 0
            && 2 * (task.channels % Vector.scalarCount) == Vector.scalarCount
    }

    static func run(_ task: DepthwiseTask) {
        let (constants, zeros) = (2 * constantCount * task.channels, (block + 2) * task.channels)
        let count = (constants + zeros) / Vector.scalarCount
        withUnsafeTemporaryAllocation(of: Vector.self, capacity: count) { memory in
            memory.initialize(repeating: .zero)
            memory.withMemoryRebound(to: Float.self) { floats in
                guard let base = floats.baseAddress else { return }
                pack(task, into: base)
                DepthwisePairs(
                    task: task, constants: UnsafePointer(base), zeros: UnsafePointer(base) + constants
                ).run()
            }
        }
    }

    private static func pack(_ task: DepthwiseTask, into constants: UnsafeMutablePointer<Float>) {
        var target = constants
        for channel in stride(from: 0, to: 2 * task.channels, by: Vector.scalarCount) {
            // Each half of a vector lies within one pixel.
            let (low, high) = (channel % task.channels, (channel + Vector.scalarCount / 2) % task.channels)
            for index in 0..<constantCount {
                let source = index == 0 ? task.bias : task.weights + (index - 1) * task.channels
                store(Vector.halves(source + low, source + high), target)
                target += Vector.scalarCount
            }
        }
    }

    /// Row by row, not vector by vector: all vectors lie on the same cache lines.
    private func run() {
        var y = task.rows.lowerBound
        while y < task.rows.upperBound {
            edge(y, 0)
            var x = Self.block
            while x + Self.block < task.outputWidth {
                inside(y, x)
                x += Self.block
            }
            if x < task.outputWidth { edge(y, x) }
            y += 2
        }
    }

    @inline(never)
    private func inside(_ y: Int, _ x: Int) { compute(y, x, isEdge: false) }

    @inline(never)
    private func edge(_ y: Int, _ x: Int) { compute(y, x, isEdge: true) }

    /// Where the block's taps begin in the four rows from `top` on; rows outside are zeros.
    @inline(__always)
    private func lines(_ top: Int, _ left: Int) -> Lines {
        Lines { row in
            UInt(bitPattern: top + row) < UInt(task.inputHeight)
                ? task.input + (((top + row) & task.rowMask) * task.inputWidth + left) * task.channels : zeros
        }
    }

    /// A block of one or two rows: what is loaded serves both.
    @inline(__always)
    private func compute(_ y: Int, _ x: Int, isEdge: Bool) {
        let length = task.outputWidth * task.channels
        let target = task.output + (y - task.rows.lowerBound) * length + x * task.channels
        let lines = lines(y - 1, x - 1)
        var (channel, weights) = (0, constants)
        while channel < 2 * task.channels {
            let bias: Vector = load(weights)
            var (upper, lower) = (Sums(repeating: bias), Sums(repeating: bias))
            // Row by row as it stands here: a loop would keep its pointers in memory.
            let first = taps(lines[0] + channel, channel, x, isEdge: isEdge)
            add(first, weights + Vector.scalarCount, &upper)
            let second = taps(lines[1] + channel, channel, x, isEdge: isEdge)
            add(second, weights + 4 * Vector.scalarCount, &upper)
            add(second, weights + Vector.scalarCount, &lower)
            let third = taps(lines[2] + channel, channel, x, isEdge: isEdge)
            add(third, weights + 7 * Vector.scalarCount, &upper)
            add(third, weights + 4 * Vector.scalarCount, &lower)
            let fourth = taps(lines[3] + channel, channel, x, isEdge: isEdge)
            add(fourth, weights + 7 * Vector.scalarCount, &lower)
            for pair in 0..<4 {
                let place = target + 2 * pair * task.channels + channel
                store(apply(task.activation, upper[pair]), place)
                if y + 1 < task.rows.upperBound { store(apply(task.activation, lower[pair]), place + length) }
            }
            weights += Self.constantCount * Vector.scalarCount
            channel += Vector.scalarCount
        }
    }

    /// One row's taps of a vector at `channel`, for the block at `x`.
    @inline(__always)
    private func taps(_ line: UnsafePointer<Float>, _ channel: Int, _ x: Int, isEdge: Bool) -> InlineArray<9, Vector> {
        var taps = InlineArray<9, Vector>(repeating: .zero)
        for i in 0..<9 where !isEdge || (i > 0 && i < 8) { taps[i] = load(line + i * task.channels) }
        if isEdge {
            taps[0] = tap(line, first: x == 0 ? task.channels - channel : 0, end: Vector.scalarCount)
            taps[8] = tap(
                line + 8 * task.channels, first: 0,
                end: x + Self.block < task.outputWidth ? Vector.scalarCount : task.channels - channel)
        }
        return taps
    }

    /// Of a vector the half or halves that lie in `first`..<`end`, else zeros. An address is chosen, not a branch taken.
    @inline(__always)
    private func tap(_ base: UnsafePointer<Float>, first: Int, end: Int) -> Vector {
        let half = Vector.scalarCount / 2
        return .halves(
            first <= 0 && end >= half ? base : zeros,
            first <= half && end >= Vector.scalarCount ? base + half : zeros)
    }

    /// The products of one row's taps and weights.
    @inline(__always)
    private func add(_ taps: InlineArray<9, Vector>, _ weights: UnsafePointer<Float>, _ sums: inout Sums) {
        for kx in 0..<3 {
            let weight: Vector = load(weights + kx * Vector.scalarCount)
            for pair in 0..<4 { sums[pair] = multiplyAdd(sums[pair], taps[2 * pair + kx], weight) }
        }
    }
}
