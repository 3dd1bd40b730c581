import MicrokernelABI

/// Bilinear 2x enlargement: each 2x2 of outputs from the four inputs around their common corner.
enum Resize {
    static func run(_ task: ResizeTask) {
        let lanes = Vector.scalarCount
        for y in 0..<(2 * task.inputHeight) {
            // Output y lies between input rows (y - 1) / 2 rounded down and the next, 0.75 near and 0.25 far.
            let near = y / 2
            let far = min(max(y.isMultiple(of: 2) ? near - 1 : near + 1, 0), task.inputHeight - 1)
            var channel = 0
            while channel + lanes <= task.channels {
                row(task, y: y, near: near, far: far, channel: channel, Vector.self)
                channel += lanes
            }
            while channel < task.channels {
                row(task, y: y, near: near, far: far, channel: channel, TailVector.self)
                channel += TailVector.scalarCount
            }
        }
    }

    @inline(__always)
    private static func row<V: FloatVector>(
        _ task: ResizeTask, y: Int, near: Int, far: Int, channel: Int, _: V.Type
    ) {
        let nearRow = task.input + near * task.inputWidth * task.channels + channel
        let farRow = task.input + far * task.inputWidth * task.channels + channel
        var target = task.output + y * 2 * task.inputWidth * task.channels + channel

        func blend(_ x: Int) -> V {
            let a: V = load(nearRow + x * task.channels)
            let b: V = load(farRow + x * task.channels)
            return a * 0.75 + b * 0.25
        }
        var before = blend(0)
        var own = before
        for x in 0..<task.inputWidth {
            let next = blend(min(x + 1, task.inputWidth - 1))
            store(apply(task.activation, before * 0.25 + own * 0.75), target)
            store(apply(task.activation, own * 0.75 + next * 0.25), target + task.channels)
            target += 2 * task.channels
            before = own
            own = next
        }
    }
}
