/// Where each activation lives in one arena: tensors that are never alive at once share memory.
struct MemoryPlan {
    /// Offset of each stored tensor, in floats.
    private(set) var offsets: [Int: Int] = [:]
    /// Size of the arena in floats.
    private(set) var count = 0

    /// 16 floats are a cache line; the guard lets a vector read past the last value of a tensor.
    private static let alignment = 16

    private struct Lifetime {
        var tensor: Int
        var first: Int
        var last: Int
        var size: Int
        var offset = 0
    }

    init(_ plan: Plan, _ graph: Graph) {
        let lifetimes = Self.lifetimes(plan, graph)
        var placed: [Lifetime] = []
        // Largest first, each at the lowest place where it meets nothing that is alive with it.
        for var item in lifetimes.sorted(by: { ($1.size, $0.tensor) < ($0.size, $1.tensor) }) {
            let neighbours = placed.filter { $0.first <= item.last && item.first <= $0.last }
                .sorted { ($0.offset, $0.tensor) < ($1.offset, $1.tensor) }
            var offset = 0
            for other in neighbours where other.offset < offset + item.size && offset < other.offset + other.size {
                offset = other.offset + other.size
            }
            item.offset = offset
            placed.append(item)
            offsets[item.tensor] = offset
            count = max(count, offset + item.size)
        }
    }

    private static func lifetimes(_ plan: Plan, _ graph: Graph) -> [Lifetime] {
        var first: [Int: Int] = [:]
        var last: [Int: Int] = [:]
        for (index, step) in plan.steps.enumerated() {
            for output in step.outputs { (first[output], last[output]) = (index, index) }
            for tensor in step.reads { last[plan.storage(of: tensor)] = index }
        }
        // Inputs are filled before the first step; they and the outputs stay readable after the last.
        for tensor in graph.inputs { (first[tensor], last[tensor]) = (-1, plan.steps.count) }
        for tensor in graph.outputs { last[plan.storage(of: tensor)] = plan.steps.count }
        return first.map { tensor, start in
            let size = (graph.shapes[tensor].count + 2 * alignment - 1) / alignment * alignment
            return Lifetime(tensor: tensor, first: start, last: last[tensor] ?? start, size: size)
        }
    }
}
