/// What the core can do at most: multiply-adds on registers alone, for a benchmark to be measured against.
enum Peak {
    /// Sums that do not wait for each other: more than two units times their latency, fewer than there are registers.
    static let chains = 12

    /// Runs `rounds` times `chains` multiply-adds of a vector. Gives their sum, so that nothing is optimised away.
    static func run(_ rounds: Int) -> Float {
        let factor = Vector(repeating: 0.999_999)
        let addend = Vector(repeating: 1e-7)
        var sums = InlineArray<12, Vector>(repeating: Vector(repeating: 1))
        for _ in 0..<rounds {
            for i in 0..<12 { sums[i] = multiplyAdd(addend, sums[i], factor) }
        }
        var total = Vector(repeating: 0)
        for i in 0..<12 { total += sums[i] }
        return total.sum()
    }

    /// Floating-point operations of a round.
    static var operations: Int { 2 * chains * Vector.scalarCount }
}
