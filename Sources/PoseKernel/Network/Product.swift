import MicrokernelABI

/// A matrix product and the kernel, of one precision, that its B is packed for.
struct Product {
    var task: GemmTask
    var kernel: GemmKernel
    /// Weights that a row of A is multiplied with.
    var weightCount: Int

    func run() { kernel.run(task) }

    /// The rows of C from `first` on, `count` of them, from the same rows of A.
    func rows(_ first: Int, count: Int) -> Product {
        var part = self
        part.task.m = count
        part.task.a += first * task.aStride
        part.task.c += first * task.n
        if let residual = task.residual { part.task.residual = residual + first * task.n }
        return part
    }

    var multiplyAdds: Int { task.m * weightCount }
}
