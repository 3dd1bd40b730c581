/// Rows of the product in registers, each of the same columns: one row, or two groups one above the other.
protocol Rows {
    associatedtype Line: Columns
    /// For the rows that are left when no more of `Self` fit.
    associatedtype Fewer: Rows where Fewer.Line == Line
    static var count: Int { get }
    init(repeating line: Line)
    /// Adds a[row * stride] * line to each row.
    mutating func add(_ a: UnsafePointer<Float>, stride: Int, times line: Line)
    mutating func add(at address: UnsafePointer<Float>, stride: Int)
    mutating func clampToSix()
    func store(to address: UnsafeMutablePointer<Float>, stride: Int)
}

struct OneRow<Line: Columns>: Rows {
    typealias Fewer = Self
    private var line: Line

    @inline(__always)
    static var count: Int { 1 }

    @inline(__always)
    init(repeating line: Line) { self.line = line }

    @inline(__always)
    mutating func add(_ a: UnsafePointer<Float>, stride: Int, times other: Line) { line.add(a[0], times: other) }

    @inline(__always)
    mutating func add(at address: UnsafePointer<Float>, stride: Int) { line.add(at: address) }

    @inline(__always)
    mutating func clampToSix() { line.clampToSix() }

    @inline(__always)
    func store(to address: UnsafeMutablePointer<Float>, stride: Int) { line.store(to: address) }
}

struct Above<Upper: Rows, Lower: Rows>: Rows where Upper.Line == Lower.Line {
    typealias Line = Upper.Line
    typealias Fewer = Upper
    private var upper: Upper
    private var lower: Lower

    @inline(__always)
    static var count: Int { Upper.count + Lower.count }

    @inline(__always)
    init(repeating line: Line) {
        upper = Upper(repeating: line)
        lower = Lower(repeating: line)
    }

    @inline(__always)
    mutating func add(_ a: UnsafePointer<Float>, stride: Int, times line: Line) {
        upper.add(a, stride: stride, times: line)
        lower.add(a + Upper.count &* stride, stride: stride, times: line)
    }

    @inline(__always)
    mutating func add(at address: UnsafePointer<Float>, stride: Int) {
        upper.add(at: address, stride: stride)
        lower.add(at: address + Upper.count &* stride, stride: stride)
    }

    @inline(__always)
    mutating func clampToSix() {
        upper.clampToSix()
        lower.clampToSix()
    }

    @inline(__always)
    func store(to address: UnsafeMutablePointer<Float>, stride: Int) {
        upper.store(to: address, stride: stride)
        lower.store(to: address + Upper.count &* stride, stride: stride)
    }
}

typealias TwoRows<Line: Columns> = Above<OneRow<Line>, OneRow<Line>>
typealias FourRows<Line: Columns> = Above<TwoRows<Line>, TwoRows<Line>>
typealias SixRows<Line: Columns> = Above<FourRows<Line>, TwoRows<Line>>
typealias EightRows<Line: Columns> = Above<FourRows<Line>, FourRows<Line>>
typealias TwelveRows<Line: Columns> = Above<EightRows<Line>, FourRows<Line>>
typealias SixteenRows<Line: Columns> = Above<EightRows<Line>, EightRows<Line>>
