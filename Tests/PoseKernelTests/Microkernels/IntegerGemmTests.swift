import MicrokernelABI
import PoseKernel
import Testing

/// Products of factors rounded to 16-bit integers or to bytes, against sums in double precision of the unrounded ones:
/// within what the rounding of each factor may do to the sum, and no more.
@Suite(.enabled(if: Precision.available(with: .best).contains(.int8), "this CPU has no dot products of integers"))
struct IntegerGemmTests {
    /// What is known of A beforehand, and what factors become.
    enum Input: CaseIterable {
        case rows, clamped, byteRows, byteClamped

        var isClamped: Bool { self == .clamped || self == .byteClamped }
        var isBytes: Bool { self == .byteRows || self == .byteClamped }

        var kernel: GemmKernel? { Precision.int8.reducedGemm(clamped: isClamped, bytes: isBytes) }

        /// Of what a kernel may expect.
        func values(_ count: Int, seed: UInt64) -> [Float] {
            let values = randomFloats(count, seed: seed)
            return isClamped ? values.map { max($0, 0) * 6 } : values.map { $0 * 9 }
        }

        /// The greatest integer of A.
        func greatest(_ k: Int) -> Double {
            switch self {
            case .rows: min((9e4 / Double(k).squareRoot()).rounded(.down), 32767)
            case .clamped: min((2e5 / Double(k).squareRoot()).rounded(.down), 32767)
            case .byteRows: 127
            case .byteClamped: 255
            }
        }

        /// What the weights of one sum are rounded to multiples of.
        func step(of weights: [Double]) -> Double {
            let largest = weights.map(abs).max() ?? 1
            if isBytes { return largest / 127 }
            let (positive, negative) = weights.reduce((0.0, 0.0)) { ($0.0 + max($1, 0), $0.1 - min($1, 0)) }
            let sum = isClamped ? max(positive, negative) : positive + negative
            let k = weights.count
            return 1 / min((Double(Int32.max) / greatest(k) - Double(k) / 2) / sum, 32767 / largest)
        }

        /// Of a step that a weight may be rounded by. Some bytes are rounded the other way, so that their sum stays.
        var rounding: Double { isBytes ? 1 : 0.5 }
    }

    /// One product: its factors, and what it makes of them.
    struct Case {
        var input: Input
        var (m, k, n): (Int, Int, Int)
        var a: [Float]
        var weights: [Float]
        var bias: [Float]
        var residual: [Float]?
        var side = GuardedFloats.Side.after

        init(_ input: Input, m: Int, k: Int, n: Int, residual: Bool = false, side: GuardedFloats.Side = .after) {
            let seed = UInt64(m &* 31 &+ k &* 7 &+ n)
            (self.input, self.m, self.k, self.n, self.side) = (input, m, k, n, side)
            (a, weights) = (input.values(m * k, seed: seed), randomFloats(n * k, seed: seed + 1))
            bias = randomFloats(n, seed: seed + 2)
            if residual { self.residual = randomFloats(m * n, seed: seed + 3) }
        }

        /// Computed in pieces of `pieceRows` rows.
        func run(pieceRows: Int? = nil, activation: Activation = .relu6) throws -> [Float] {
            let kernel = try #require(input.kernel)
            let packed = GuardedFloats(count: kernel.packedCount(k, n), against: side)
            kernel.pack(weights, k, n, packed.base)
            let scratch = GuardedFloats(count: kernel.scratchCount(k), against: side)
            let (source, sum) = (GuardedFloats(a, against: side), residual.map { GuardedFloats($0, against: side) })
            let padded = GuardedFloats(bias + [Float](repeating: 0, count: 64), against: .after)
            let output = GuardedFloats(count: m * n, against: side)
            let step = pieceRows ?? m
            for row in stride(from: 0, to: m, by: step) {
                kernel.run(
                    GemmTask(
                        a: source.base + row * k, packedB: packed.base, bias: padded.base, c: output.base + row * n,
                        m: min(step, m - row), k: k, n: n, activation: activation,
                        residual: sum.map { UnsafePointer($0.base + row * n) }, scratch: scratch.base))
            }
            return output.values
        }

        /// Differences from the exact product, in units of what half a step of every factor's rounding makes at most.
        func deviation(_ found: [Float]) -> Double {
            let expected = GemmTests.product(a, weights, bias, residual, m: m, k: k, n: n)
            let greatest = input.greatest(k)
            let steps = (0..<n).map { input.step(of: weights[$0 * k..<($0 + 1) * k].map(Double.init)) }
            let sums = (0..<n).map { column in
                weights[column * k..<(column + 1) * k].reduce(0) { $0 + Double(abs($1)) }
            }
            var worst = 0.0
            for r in 0..<m {
                let row = a[r * k..<(r + 1) * k].map { Double(abs($0)) }
                let step = (input.isClamped ? 6 : row.max() ?? 0) / greatest
                let total = row.reduce(0, +)
                for column in 0..<n {
                    let limit =
                        total * steps[column] * input.rounding + sums[column] * step / 2
                        + Double(k) * step * steps[column] * input.rounding / 2
                    let difference = abs(Double(found[r * n + column]) - expected[r * n + column])
                    worst = max(worst, difference / (limit + 1e-6 * (total + 1)))
                }
            }
            return worst
        }
    }

    @Test("Every layer's shape", arguments: GemmTests.layers.indices.filter { GemmTests.layers[$0].k % 8 == 0 })
    func layer(index: Int) throws {
        let (m, k, n) = GemmTests.layers[index]
        for input in Input.allCases {
            let product = Case(
                input, m: m, k: k, n: n, residual: index.isMultiple(of: 2), side: index % 3 == 0 ? .before : .after)
            #expect(product.deviation(try product.run()) < 1, "\(input) \(m)x\(k)x\(n)")
        }
    }

    @Test("Every remainder of rows, columns and depth, with forbidden pages on either side", arguments: 1...50)
    func remainders(m: Int) throws {
        for (index, n) in [1, 2, 7, 8, 9, 15, 16, 17, 24, 25, 31, 33, 40, 41, 47, 49, 63, 65, 80].enumerated() {
            for input in Input.allCases {
                for side in GuardedFloats.Side.allCases {
                    let product = Case(
                        input, m: m, k: [8, 16, 24, 40, 56][(m + index) % 5], n: n, residual: m % 2 == 0, side: side)
                    #expect(product.deviation(try product.run()) < 1, "\(input) \(m)x\(product.k)x\(n)")
                }
            }
        }
    }

    @Test("The greatest A against weights of one sign do not overflow", arguments: [8, 24, 144, 528, 864, 1152])
    func extremes(k: Int) throws {
        for input in Input.allCases {
            for (value, weight) in [(Float(6), Float(1)), (6, -1), (6, 1e-3), (6, 300), (-6, 1), (-6, -1)] {
                var product = Case(input, m: 13, k: k, n: 49)
                product.a = [Float](repeating: input.isClamped ? abs(value) : value, count: 13 * k)
                product.weights = [Float](repeating: weight / Float(k), count: 49 * k)
                // Not of one magnitude, so that each rounds another way.
                for i in product.weights.indices { product.weights[i] *= 1 + Float(i % 7) / 100 }
                #expect(product.deviation(try product.run()) < 1, "\(input) \(k) \(value) \(weight)")
            }
        }
    }

    @Test("A row's result does not depend on which rows are computed with it", arguments: Input.allCases)
    func pieces(input: Input) throws {
        let product = Case(input, m: 211, k: 144, n: 88, residual: true)
        let whole = try product.run()
        #expect(try product.run() == whole)
        for rows in [1, 5, 16, 96, 100] { #expect(try product.run(pieceRows: rows) == whole, "\(rows)") }
    }

    @Test(
        "A row of zeros gives the bias, and rows of nothing but tiny or huge numbers are as exact as others",
        arguments: [Input.rows, .byteRows])
    func scales(input: Input) throws {
        var product = Case(input, m: 4, k: 24, n: 40)
        for i in 0..<24 { product.a[i] = 0 }
        let values = product.a[24..<48]
        for (i, value) in values.enumerated() {
            product.a[48 + i] = value * 0x1p-60
            product.a[72 + i] = value * 0x1p60
        }
        product.bias = [Float](repeating: 0, count: 40)
        let found = try product.run(activation: .none)
        #expect(found[..<40].allSatisfy { $0 == 0 })
        #expect(found[80..<120].map { $0 * 0x1p60 } == Array(found[40..<80]))
        #expect(found[120..<160].map { $0 * 0x1p-60 } == Array(found[40..<80]))
    }

    @Test("NaN, infinities and what lies beyond 0...6 harm no other row", arguments: Input.allCases)
    func strange(input: Input) throws {
        let product = Case(input, m: 30, k: 64, n: 72)
        let usual = try product.run()
        for value in [Float.nan, .infinity, -.infinity, 1e30, -1e30, .greatestFiniteMagnitude, .leastNonzeroMagnitude] {
            var other = product
            for i in 0..<64 where i % 3 == 0 { other.a[7 * 64 + i] = value }
            let found = try other.run()
            #expect(found[..<(7 * 72)] == usual[..<(7 * 72)], "\(value)")
            #expect(found[(8 * 72)...] == usual[(8 * 72)...], "\(value)")
        }
    }
}
