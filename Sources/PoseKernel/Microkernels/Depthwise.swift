import MicrokernelABI

/// Depthwise convolution, vectorised over channels, four outputs of a row at a time where all taps lie inside.
enum Depthwise {
    static func run(_ task: DepthwiseTask) {
        switch (task.kernel, task.stride) {
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
    static func run(_ task: DepthwiseTask) {
        let lanes = Vector.scalarCount
        for y in 0..<task.outputHeight {
            var channel = 0
            while channel + lanes <= task.channels {
                row(task, y: y, channel: channel, Vector.self)
                channel += lanes
            }
            while channel < task.channels {
                row(task, y: y, channel: channel, TailVector.self)
                channel += TailVector.scalarCount
            }
        }
    }

    /// One row of outputs for one vector of channels.
    @inline(__always)
    private static func row<V: FloatVector>(_ task: DepthwiseTask, y: Int, channel: Int, _: V.Type) {
        let top = y * stride - task.padTop
        let rows = max(0, -top)..<max(max(0, -top), min(kernel, task.inputHeight - top))
        let firstInside = min((task.padLeft + stride - 1) / stride, task.outputWidth)
        let fitting = task.inputWidth + task.padLeft - kernel
        let endInside = max(firstInside, fitting < 0 ? 0 : min(task.outputWidth, fitting / stride + 1))
        for x in 0..<firstInside { edge(task, y: y, x: x, rows: rows, channel: channel, V.self) }
        var x = firstInside
        while x + block <= endInside {
            inside(task, y: y, x: x, rows: rows, channel: channel, V.self)
            x += block
        }
        while x < task.outputWidth {
            edge(task, y: y, x: x, rows: rows, channel: channel, V.self)
            x += 1
        }
    }

    /// `block` outputs whose columns all lie inside the input.
    @inline(__always)
    private static func inside<V: FloatVector>(
        _ task: DepthwiseTask, y: Int, x: Int, rows: Range<Int>, channel: Int, _: V.Type
    ) {
        let bias: V = load(task.bias + channel)
        var sums = InlineArray<block, V>(repeating: bias)
        for ky in rows {
            let line = (y * stride - task.padTop + ky) * task.inputWidth + x * stride - task.padLeft
            let source = task.input + line * task.channels + channel
            var taps = InlineArray<span, V>(repeating: bias)
            for i in 0..<span { taps[i] = load(source + i * task.channels) }
            let weights = task.weights + ky * kernel * task.channels + channel
            for kx in 0..<kernel {
                let weight: V = load(weights + kx * task.channels)
                for b in 0..<block { sums[b] = multiplyAdd(sums[b], taps[b * stride + kx], weight) }
            }
        }
        let target = task.output + (y * task.outputWidth + x) * task.channels + channel
        for b in 0..<block { store(apply(task.activation, sums[b]), target + b * task.channels) }
    }

    /// One output, of whose taps some may lie outside.
    @inline(__always)
    private static func edge<V: FloatVector>(
        _ task: DepthwiseTask, y: Int, x: Int, rows: Range<Int>, channel: Int, _: V.Type
    ) {
        let left = x * stride - task.padLeft
        let first = max(0, -left)
        let end = max(first, min(kernel, task.inputWidth - left))
        var sum: V = load(task.bias + channel)
        for ky in rows {
            let line = (y * stride - task.padTop + ky) * task.inputWidth + left
            for kx in first..<end {
                let value: V = load(task.input + (line + kx) * task.channels + channel)
                let weight: V = load(task.weights + (ky * kernel + kx) * task.channels + channel)
                sum = multiplyAdd(sum, value, weight)
            }
        }
        store(apply(task.activation, sum), task.output + (y * task.outputWidth + x) * task.channels + channel)
    }
}
