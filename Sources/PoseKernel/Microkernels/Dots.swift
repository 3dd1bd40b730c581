import MicrokernelABI

/// Dot products with one vector, several at a time so that their sums do not wait for each other.
enum Dots {
    static func run(_ task: DotTask) {
        var first = 0
        while first + 9 <= task.count {
            DotBlock<9>.run(task, first: first)
            first += 9
        }
        while first + 3 <= task.count {
            DotBlock<3>.run(task, first: first)
            first += 3
        }
        while first < task.count {
            DotBlock<1>.run(task, first: first)
            first += 1
        }
    }
}

struct DotBlock<let count: Int> {
    @inline(__always)
    static func run(_ task: DotTask, first: Int) {
        let a = task.a + first * task.k
        var sums = InlineArray<count, Float>(repeating: task.bias)
        for i in 0..<task.k {
            let weight = task.weights[i]
            for b in 0..<count { sums[b] = multiplyAdd(sums[b], a[b &* task.k &+ i], weight) }
        }
        for b in 0..<count { task.output[first + b] = sums[b] }
    }
}
