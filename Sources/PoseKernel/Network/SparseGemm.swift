import CSparse
package import MicrokernelABI

/// Matrix products that pass over weights of zero, in fp32: for the detector, three quarters of whose weights are.
package enum SparseGemm {
    /// Below this share of weights that are not zero it is faster than a dense product.
    private static let mostDensity = 0.4

    package static func isAvailable(with isa: InstructionSet) -> Bool {
        (isa == .avx2 || isa == .avx512) && csparse_available()
    }

    static func countNonZero(_ weights: [Float]) -> Int { weights.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } }

    /// The kernel for `weights`, n rows of k; nil when too few of them are zero.
    package static func kernel(for weights: [Float], k: Int, n: Int) -> GemmKernel? {
        let count = countNonZero(weights)
        guard k <= Int(UInt16.max), Double(count) <= mostDensity * Double(weights.count) else { return nil }
        let layout = Layout(k: k, n: n, count: count)
        return GemmKernel(
            packedCount: { _, _ in layout.wordCount },
            pack: { weights, _, _, packed in layout.pack(weights, into: packed) },
            scratchCount: { _ in csparse_scratch_count(k, n) },
            run: { layout.run($0) })
    }

    /// Where in one piece of memory lie: the starts of the columns in each slice, the values, their rows.
    private struct Layout: Sendable {
        let k: Int
        let n: Int
        let slice: Int
        /// Weights that are not zero.
        let count: Int

        init(k: Int, n: Int, count: Int) { (self.k, self.n, self.count, slice) = (k, n, count, csparse_slice(k)) }

        private var startCount: Int { (k + slice - 1) / slice * (n + 1) }

        /// In words of 32 bits; the rows take half of one each.
        var wordCount: Int { startCount + count + (count + 1) / 2 }

        private func weights(_ packed: UnsafeRawPointer) -> csparse_weights {
            let values = packed + 4 * startCount
            return csparse_weights(
                k: k, n: n, starts: packed.assumingMemoryBound(to: UInt32.self),
                rows: (values + 4 * count).assumingMemoryBound(to: UInt16.self),
                values: values.assumingMemoryBound(to: Float.self))
        }

        func pack(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
            let memory = UnsafeMutableRawPointer(packed)
            var (start, next) = (0, 0)
            for first in stride(from: 0, to: k, by: slice) {
                for column in 0..<n {
                    memory.storeBytes(of: UInt32(next), toByteOffset: 4 * start, as: UInt32.self)
                    start += 1
                    for row in first..<min(first + slice, k) where weights[column * k + row] != 0 {
                        packed[startCount + next] = weights[column * k + row]
                        let place = 4 * (startCount + count) + 2 * next
                        memory.storeBytes(of: UInt16(row - first), toByteOffset: place, as: UInt16.self)
                        next += 1
                    }
                }
                memory.storeBytes(of: UInt32(next), toByteOffset: 4 * start, as: UInt32.self)
                start += 1
            }
        }

        /// A product in one segment.
        func run(_ task: GemmTask) {
            precondition(task.segments == 1 && task.aStride == k && task.scratch != nil)
            var product = csparse_task(
                weights: weights(task.packedB), a: task.a, bias: task.bias, c: task.c, residual: task.residual,
                scratch: task.scratch, m: task.m, clamp: task.activation == .relu6,
                clamp_residual: task.residualActivation == .relu6)
            csparse_gemm(&product)
        }
    }
}
