import MicrokernelABI

/// Depthwise convolution, vectorised over channels, `block` neighbouring outputs of a row at a time.
enum Depthwise {
    static func run(_ task: DepthwiseTask) {
        switch (task.kernel, task.stride) {
        case (3, 1) where DepthwisePairs<3, 4, 9>.suits(task): DepthwisePairs<3, 4, 9>.run(task)
        case (3, 1): DepthwiseShape<3, 1, 4, 6>.run(task)
        case (3, 2): DepthwiseShape<3, 2, 4, 9>.run(task)
        case (5, 1): DepthwiseShape<5, 1, 4, 8>.run(task)
        case (5, 2): DepthwiseShape<5, 2, 4, 11>.run(task)
        default: preconditionFailure("the planner admits no depthwise \(task.kernel)x\(task.kernel)")
        }
    }
}

/// One kernel size and stride; `block` outputs at a time read `span` = (block - 1) * stride + kernel inputs of a row.
struct DepthwiseShape<let kernel: Int, let stride: Int, let block: Int, let span: Int> {
    /// All rows of one vector of channels before the next: their part of the input stays in the first cache.
    static func run(_ task: DepthwiseTask) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Vector.scalarCount) { zeros in
            zeros.initialize(repeating: 0)
            guard let base = zeros.baseAddress else { return }
            planes(task, zeros: UnsafePointer(base))
        }
    }

    @inline(__always)
    private static func planes(_ task: DepthwiseTask, zeros: UnsafePointer<Float>) {
        var channel = 0
        while channel + Vector.scalarCount <= task.channels {
            plane(task, channel: channel, zeros: zeros, Vector.self)
            channel += Vector.scalarCount
        }
        while channel < task.channels {
            plane(task, channel: channel, zeros: zeros, TailVector.self)
            channel += TailVector.scalarCount
        }
    }

    @inline(__always)
    private static func plane<V: FloatVector>(
        _ task: DepthwiseTask, channel: Int, zeros: UnsafePointer<Float>, _: V.Type
    ) {
        var y = task.rows.lowerBound
        if stride == 1 {
            while y + 2 <= task.rows.upperBound {
                twoRows(task, y: y, channel: channel, zeros: zeros, V.self)
                y += 2
            }
        }
        while y < task.rows.upperBound {
            row(task, y: y, channel: channel, zeros: zeros, V.self)
            y += 1
        }
    }

    /// Two rows of outputs for one vector of channels, with stride 1: what is loaded serves both, and twice as many sums
    /// do not wait for each other.
    @inline(__always)
    private static func twoRows<V: FloatVector>(
        _ task: DepthwiseTask, y: Int, channel: Int, zeros: UnsafePointer<Float>, _: V.Type
    ) {
        let target = task.output + (y - task.rows.lowerBound) * task.outputWidth * task.channels + channel
        var x = 0
        while x < task.outputWidth {
            let left = x - task.padLeft
            let place = target + x * task.channels
            if left >= 0, left + span <= task.inputWidth, x + block <= task.outputWidth {
                let sums = twoRowSums(task, top: y - task.padTop, left: left, channel: channel, nil, V.self)
                for b in 0..<block {
                    store(apply(task.activation, sums.upper[b]), place + b * task.channels)
                    store(
                        apply(task.activation, sums.lower[b]), place + (task.outputWidth + b) * task.channels)
                }
            } else {
                let sums = twoRowSums(task, top: y - task.padTop, left: left, channel: channel, zeros, V.self)
                for b in 0..<block where x + b < task.outputWidth {
                    store(apply(task.activation, sums.upper[b]), place + b * task.channels)
                    store(
                        apply(task.activation, sums.lower[b]), place + (task.outputWidth + b) * task.channels)
                }
            }
            x += block
        }
    }

    /// `zeros` nil: all columns lie inside.
    @inline(__always)
    private static func twoRowSums<V: FloatVector>(
        _ task: DepthwiseTask, top: Int, left: Int, channel: Int, _ zeros: UnsafePointer<Float>?, _: V.Type
    ) -> (upper: InlineArray<block, V>, lower: InlineArray<block, V>) {
        let bias: V = load(task.bias + channel)
        var upper = InlineArray<block, V>(repeating: bias)
        var lower = InlineArray<block, V>(repeating: bias)
        for ky in max(0, -top)...kernel where top + ky < task.inputHeight {
            let line = ((top + ky) & task.rowMask) * task.inputWidth + left
            let source = task.input + line * task.channels + channel
            var taps = InlineArray<span, V>(repeating: bias)
            for i in 0..<span {
                if let zeros {
                    taps[i] = load(
                        UInt(bitPattern: left + i) < UInt(task.inputWidth) ? source + i * task.channels : zeros)
                } else {
                    taps[i] = load(source + i * task.channels)
                }
            }
            let weights = task.weights + ky * kernel * task.channels + channel
            if ky < kernel {
                for kx in 0..<kernel {
                    let weight: V = load(weights + kx * task.channels)
                    for b in 0..<block { upper[b] = multiplyAdd(upper[b], taps[b + kx], weight) }
                }
            }
            if ky > 0 {
                for kx in 0..<kernel {
                    let weight: V = load(weights + (kx - kernel) * task.channels)
                    for b in 0..<block { lower[b] = multiplyAdd(lower[b], taps[b + kx], weight) }
                }
            }
        }
        return (upper, lower)
    }

    /// One row of outputs for one vector of channels.
    @inline(__always)
    private static func row<V: FloatVector>(
        _ task: DepthwiseTask, y: Int, channel: Int, zeros: UnsafePointer<Float>, _: V.Type
    ) {
        let top = y * stride - task.padTop
        let rows = max(0, -top)..<max(max(0, -top), min(kernel, task.inputHeight - top))
        let target = task.output + (y - task.rows.lowerBound) * task.outputWidth * task.channels + channel
        var x = 0
        while x < task.outputWidth {
            let left = x * stride - task.padLeft
            if left >= 0, left + span <= task.inputWidth, x + block <= task.outputWidth {
                inside(task, top: top, left: left, rows: rows, channel: channel, target + x * task.channels, V.self)
            } else {
                edge(
                    task, top: top, left: left, rows: rows, channel: channel, target + x * task.channels,
                    count: min(block, task.outputWidth - x), zeros: zeros, V.self)
            }
            x += block
        }
    }

    /// `block` outputs whose columns all lie inside the input.
    @inline(__always)
    private static func inside<V: FloatVector>(
        _ task: DepthwiseTask, top: Int, left: Int, rows: Range<Int>, channel: Int,
        _ target: UnsafeMutablePointer<Float>, _: V.Type
    ) {
        let bias: V = load(task.bias + channel)
        var sums = InlineArray<block, V>(repeating: bias)
        for ky in rows {
            let line = ((top + ky) & task.rowMask) * task.inputWidth + left
            let source = task.input + line * task.channels + channel
            var taps = InlineArray<span, V>(repeating: bias)
            for i in 0..<span { taps[i] = load(source + i * task.channels) }
            let weights = task.weights + ky * kernel * task.channels + channel
            for kx in 0..<kernel {
                let weight: V = load(weights + kx * task.channels)
                for b in 0..<block { sums[b] = multiplyAdd(sums[b], taps[b * stride + kx], weight) }
            }
        }
        for b in 0..<block { store(apply(task.activation, sums[b]), target + b * task.channels) }
    }

    /// The same where columns may lie outside, which count as zero; `count` outputs are written.
    @inline(__always)
    private static func edge<V: FloatVector>(
        _ task: DepthwiseTask, top: Int, left: Int, rows: Range<Int>, channel: Int,
        _ target: UnsafeMutablePointer<Float>, count: Int, zeros: UnsafePointer<Float>, _: V.Type
    ) {
        let bias: V = load(task.bias + channel)
        var sums = InlineArray<block, V>(repeating: bias)
        for ky in rows {
            let line = ((top + ky) & task.rowMask) * task.inputWidth + left
            let source = task.input + line * task.channels + channel
            var taps = InlineArray<span, V>(repeating: bias)
            for i in 0..<span {
                // An address is chosen, not a branch taken.
                taps[i] = load(UInt(bitPattern: left + i) < UInt(task.inputWidth) ? source + i * task.channels : zeros)
            }
            let weights = task.weights + ky * kernel * task.channels + channel
            for kx in 0..<kernel {
                let weight: V = load(weights + kx * task.channels)
                for b in 0..<block { sums[b] = multiplyAdd(sums[b], taps[b * stride + kx], weight) }
            }
        }
        for b in 0..<block where b < count { store(apply(task.activation, sums[b]), target + b * task.channels) }
    }
}
