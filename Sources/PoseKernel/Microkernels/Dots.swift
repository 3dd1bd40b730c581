import MicrokernelABI

/// Dot products with one vector. Each is short; the CPU overlaps them, for none waits for another.
enum Dots {
    static func run(_ task: DotTask) {
        let lanes = Vector.scalarCount
        let whole = task.k / lanes * lanes
        for index in 0..<task.count {
            let a = task.a + index * task.k
            var sums = Vector.zero
            for i in stride(from: 0, to: whole, by: lanes) {
                sums = multiplyAdd(sums, load(a + i), load(task.weights + i))
            }
            var sum = sums.total
            for i in whole..<task.k { sum = multiplyAdd(sum, a[i], task.weights[i]) }
            task.output[index] = task.bias + sum
        }
    }
}
