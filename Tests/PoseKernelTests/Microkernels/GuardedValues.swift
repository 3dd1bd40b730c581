import Foundation
import Support

typealias GuardedFloats = GuardedValues<Float>

/// Values between two pages that must not be touched: a kernel that reads or writes beyond crashes the test.
final class GuardedValues<Value: BitwiseCopyable> {
    enum Side: CaseIterable { case before, after }

    let base: UnsafeMutablePointer<Value>
    let count: Int
    private let pages: UnsafeMutableRawPointer
    private let length: Int

    /// The values stand against the forbidden page on `side`; on the other one there may be some room.
    init(count: Int, against side: Side) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let size = count * MemoryLayout<Value>.stride
        let body = (size + page - 1) / page * page
        length = body + 2 * page
        guard let memory = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED
        else { fatalError("no memory for the test") }
        mprotect(memory, page, PROT_NONE)
        mprotect(memory + page + body, page, PROT_NONE)
        let start = side == .before ? memory + page : memory + page + body - size
        (base, self.count, pages) = (start.bindMemory(to: Value.self, capacity: count), count, memory)
    }

    convenience init(_ values: [Value], against side: Side) {
        self.init(count: values.count, against: side)
        base.update(from: values, count: values.count)
    }

    deinit { munmap(pages, length) }

    var values: [Value] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

/// Uniform in -1...1, the same in every run.
func randomFloats(_ count: Int, seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float(random.next() >> 40) / Float(1 << 23) - 1 }
}

/// The largest difference, in units of what fp32 sums of `terms` products of numbers up to 1 may differ by: half a unit
/// in the last place of the partial sums at each step, in the worst order. A single wrong term is thousands of these.
func deviation(_ found: [Float], _ expected: [Double], terms: Int) -> Double {
    guard found.count == expected.count else { return .infinity }
    let scale = 6e-8 * Double(terms) + 2e-6
    return zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1) / scale) }
}
