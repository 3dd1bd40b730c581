/// Weights and biases as the kernels want them, in the order in which a network's preparation asks for them. The first
/// network packs them; further ones of the same blueprint find them there.
///
/// Preparations go one after the other; runs only read.
final class PackedConstants {
    private var items: [AlignedFloats] = []

    /// The constant at a place in the order; made when it is not there yet.
    func item(_ index: Int, make: () -> AlignedFloats) -> AlignedFloats {
        precondition(index <= items.count, "constants are asked for in one order")
        if index == items.count { items.append(make()) }
        return items[index]
    }
}
