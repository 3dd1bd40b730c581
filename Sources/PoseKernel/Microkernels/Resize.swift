import MicrokernelABI

/// Bilinear 2x enlargement: each 2x2 of outputs from the four inputs around their common corner.
enum Resize {
    static func run(_ task: ResizeTask) {
        let lanes = Vector.scalarCount
        for y in task.rows {
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

        @inline(__always)
        func column(_ x: Int) -> V { blend(load(nearRow + x &* task.channels), load(farRow + x &* task.channels)) }

        var before = column(0)
        var own = before
        for x in 0..<task.inputWidth {
            let next = column(min(x &+ 1, task.inputWidth &- 1))
            store(apply(task.activation, blend(own, before)), target)
            store(apply(task.activation, blend(own, next)), target + task.channels)
            target += 2 &* task.channels
            before = own
            own = next
        }
    }

    /// 0.75 near + 0.25 far.
    @inline(__always)
    private static func blend<V: FloatVector>(_ near: V, _ far: V) -> V {
        multiplyAdd(far * V(repeating: 0.25), near, V(repeating: 0.75))
    }
}
