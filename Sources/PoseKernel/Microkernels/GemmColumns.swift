import MicrokernelABI

/// Neighbouring columns of one row in registers: a vector, or two such groups side by side. Types instead of arrays,
/// because an array that a loop walks through may end up in memory.
protocol Columns {
    static var count: Int { get }
    init(loading address: UnsafePointer<Float>)
    /// self + value * line
    mutating func add(_ value: Float, times line: Self)
    mutating func add(at address: UnsafePointer<Float>)
    mutating func clampToSix()
    func store(to address: UnsafeMutablePointer<Float>)
}

extension FloatVector {
    static var count: Int { scalarCount }

    @inline(__always)
    init(loading address: UnsafePointer<Float>) { self = load(address) }

    @inline(__always)
    mutating func add(_ value: Float, times line: Self) { self = multiplyAdd(self, Self(repeating: value), line) }

    @inline(__always)
    mutating func add(at address: UnsafePointer<Float>) { self += load(address) }

    @inline(__always)
    mutating func clampToSix() { self = clampedToSix }

    @inline(__always)
    func store(to address: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(address).storeBytes(of: self, as: Self.self)
    }
}

struct Beside<Left: Columns, Right: Columns>: Columns {
    private var left: Left
    private var right: Right

    @inline(__always)
    static var count: Int { Left.count + Right.count }

    @inline(__always)
    init(loading address: UnsafePointer<Float>) {
        left = Left(loading: address)
        right = Right(loading: address + Left.count)
    }

    @inline(__always)
    mutating func add(_ value: Float, times line: Self) {
        left.add(value, times: line.left)
        right.add(value, times: line.right)
    }

    @inline(__always)
    mutating func add(at address: UnsafePointer<Float>) {
        left.add(at: address)
        right.add(at: address + Left.count)
    }

    @inline(__always)
    mutating func clampToSix() {
        left.clampToSix()
        right.clampToSix()
    }

    @inline(__always)
    func store(to address: UnsafeMutablePointer<Float>) {
        left.store(to: address)
        right.store(to: address + Left.count)
    }
}
