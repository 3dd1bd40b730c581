import MicrokernelABI

/// Depthwise convolution with stride 1 where the channels of one pixel end in half a vector: two neighbouring pixels are
/// whole vectors, so that no lane idles. `block` pairs of a row at a time read `span` = 2 * (block - 1) + kernel pixels.
/// Sums add up in the order of `DepthwiseShape`.
struct DepthwisePairs<let kernel: Int, let block: Int, let span: Int> {
    private let task: DepthwiseTask
    /// For each vector of a pair its bias, then its weights.
    private let constants: UnsafePointer<Float>
    private let zeros: UnsafePointer<Float>

    static func suits(_ task: DepthwiseTask) -> Bool {
        2 * (task.channels % Vector.scalarCount) == Vector.scalarCount && task.outputWidth % 2 == 0
    }

    static func run(_ task: DepthwiseTask) {
        let vectors = 2 * task.channels / Vector.scalarCount
        let count = 1 + vectors * (1 + kernel * kernel)
        withUnsafeTemporaryAllocation(of: Vector.self, capacity: count) { memory in
            memory.initialize(repeating: .zero)
            pack(task, memory)
            memory.withMemoryRebound(to: Float.self) { floats in
                guard let base = floats.baseAddress else { return }
                let zeros = UnsafePointer(base) + (count - 1) * Vector.scalarCount
                DepthwisePairs(task: task, constants: UnsafePointer(base), zeros: zeros).run()
            }
        }
    }

    private static func pack(_ task: DepthwiseTask, _ constants: UnsafeMutableBufferPointer<Vector>) {
        var index = 0
        for channel in stride(from: 0, to: 2 * task.channels, by: Vector.scalarCount) {
            // Each half of a vector lies within one pixel.
            let (low, high) = (channel % task.channels, (channel + Vector.scalarCount / 2) % task.channels)
            constants[index] = .halves(task.bias + low, task.bias + high)
            for tap in 0..<kernel * kernel {
                let weights = task.weights + tap * task.channels
                constants[index + 1 + tap] = .halves(weights + low, weights + high)
            }
            index += 1 + kernel * kernel
        }
    }

    /// Row by row, not vector by vector: all vectors lie on the same cache lines.
    private func run() {
        var y = task.rows.lowerBound
        while y < task.rows.upperBound {
            let isInside =
                y >= task.padTop && y - task.padTop + kernel < task.inputHeight && y + 1 < task.rows.upperBound
            var x = 0
            while x < task.outputWidth {
                let left = x - task.padLeft
                if isInside && left >= 0 && left + span < task.inputWidth && x + 2 * block <= task.outputWidth {
                    inside(y, x)
                } else {
                    edge(y, x)
                }
                x += 2 * block
            }
            y += 2
        }
    }

    /// `block` pairs of two rows whose taps all lie inside the input.
    @inline(never)
    private func inside(_ y: Int, _ x: Int) {
        let length = task.outputWidth * task.channels
        let target = task.output + (y - task.rows.lowerBound) * length + x * task.channels
        let source = task.input + (x - task.padLeft) * task.channels
        var (channel, weights) = (0, constants)
        while channel < 2 * task.channels {
            let sums = sums(y - task.padTop, rows: 0...kernel, weights) { row, i in
                load(source + row * task.inputWidth * task.channels + i * task.channels + channel)
            }
            for b in 0..<block {
                let place = target + 2 * b * task.channels + channel
                store(apply(task.activation, sums.upper[b]), place)
                store(apply(task.activation, sums.lower[b]), place + length)
            }
            weights += (1 + kernel * kernel) * Vector.scalarCount
            channel += Vector.scalarCount
        }
    }

    /// The same where rows and columns may lie outside, which count as zero.
    @inline(never)
    private func edge(_ y: Int, _ x: Int) {
        let length = task.outputWidth * task.channels
        let target = task.output + (y - task.rows.lowerBound) * length + x * task.channels
        let (top, width) = (y - task.padTop, task.inputWidth * task.channels)
        let rows = max(0, -top)...min(kernel, task.inputHeight - 1 - top)
        var (channel, weights) = (0, constants)
        while channel < 2 * task.channels {
            let first = (x - task.padLeft) * task.channels + channel
            let sums = sums(top, rows: rows, weights) { row, i in
                // Addresses are chosen, not branches taken.
                let line = task.input + row * width
                let low = first + i * task.channels
                let high = low + Vector.scalarCount / 2
                return .halves(
                    UInt(bitPattern: low) < UInt(width) ? line + low : zeros,
                    UInt(bitPattern: high) < UInt(width) ? line + high : zeros)
            }
            for b in 0..<block where x + 2 * b < task.outputWidth {
                let place = target + 2 * b * task.channels + channel
                store(apply(task.activation, sums.upper[b]), place)
                if y + 1 < task.rows.upperBound { store(apply(task.activation, sums.lower[b]), place + length) }
            }
            weights += (1 + kernel * kernel) * Vector.scalarCount
            channel += Vector.scalarCount
        }
    }

    /// For two rows of outputs from the rows `rows` of those that both read: what is loaded serves both. `tap`: a vector of
    /// pixel i of the block in a row of the input's memory.
    @inline(__always)
    private func sums(
        _ top: Int, rows: ClosedRange<Int>, _ weights: UnsafePointer<Float>, tap: (_ row: Int, _ i: Int) -> Vector
    ) -> (upper: InlineArray<block, Vector>, lower: InlineArray<block, Vector>) {
        let bias: Vector = load(weights)
        var upper = InlineArray<block, Vector>(repeating: bias)
        var lower = InlineArray<block, Vector>(repeating: bias)
        for ky in rows {
            var taps = InlineArray<span, Vector>(repeating: bias)
            for i in 0..<span { taps[i] = tap((top + ky) & task.rowMask, i) }
            if ky < kernel {
                for kx in 0..<kernel {
                    let weight: Vector = load(weights + (1 + ky * kernel + kx) * Vector.scalarCount)
                    for b in 0..<block { upper[b] = multiplyAdd(upper[b], taps[2 * b + kx], weight) }
                }
            }
            if ky > 0 {
                for kx in 0..<kernel {
                    let weight: Vector = load(weights + (1 + (ky - 1) * kernel + kx) * Vector.scalarCount)
                    for b in 0..<block { lower[b] = multiplyAdd(lower[b], taps[2 * b + kx], weight) }
                }
            }
        }
        return (upper, lower)
    }
}
