import CCPU
import MicrokernelABI

/// A vector of floats with the operations that Swift itself compiles lane by lane.
protocol FloatVector: SIMD, Columns where Scalar == Float {
    /// Each lane moved into 0...6.
    var clampedToSix: Self { get }
    func maximum(_ other: Self) -> Self
    /// The sum of the lanes, halves added to each other until one is left.
    var total: Float { get }
    /// Half of the lanes from each address.
    static func halves(_ low: UnsafePointer<Float>, _ high: UnsafePointer<Float>) -> Self
}

extension SIMD4: Columns, FloatVector where Scalar == Float {
    @inline(__always) var clampedToSix: Self { ccpu_relu6_4(self) }
    @inline(__always) func maximum(_ other: Self) -> Self { ccpu_max_4(self, other) }
    @inline(__always) var total: Float {
        let pairs = lowHalf + highHalf
        return pairs[0] + pairs[1]
    }
    @inline(__always) static func halves(_ low: UnsafePointer<Float>, _ high: UnsafePointer<Float>) -> Self {
        Self(lowHalf: load(low), highHalf: load(high))
    }
}

extension SIMD8: Columns, FloatVector where Scalar == Float {
    @inline(__always) var clampedToSix: Self { ccpu_relu6_8(self) }
    @inline(__always) func maximum(_ other: Self) -> Self { ccpu_max_8(self, other) }
    @inline(__always) var total: Float { (lowHalf + highHalf).total }
    @inline(__always) static func halves(_ low: UnsafePointer<Float>, _ high: UnsafePointer<Float>) -> Self {
        Self(lowHalf: load(low), highHalf: load(high))
    }
}

extension SIMD16: Columns, FloatVector where Scalar == Float {
    @inline(__always) var clampedToSix: Self { ccpu_relu6_16(self) }
    @inline(__always) func maximum(_ other: Self) -> Self { ccpu_max_16(self, other) }
    @inline(__always) var total: Float { (lowHalf + highHalf).total }
    @inline(__always) static func halves(_ low: UnsafePointer<Float>, _ high: UnsafePointer<Float>) -> Self {
        Self(lowHalf: load(low), highHalf: load(high))
    }
}

/// sum + a * b: fused where the instruction set has it, else in two roundings.
@inline(__always)
func multiplyAdd<V: FloatVector>(_ sum: V, _ a: V, _ b: V) -> V {
    #if PTHUB_FMA
    sum.addingProduct(a, b)
    #else
    sum + a * b
    #endif
}

@inline(__always)
func multiplyAdd(_ sum: Float, _ a: Float, _ b: Float) -> Float {
    #if PTHUB_FMA
    sum.addingProduct(a, b)
    #else
    sum + a * b
    #endif
}

@inline(__always)
func apply<V: FloatVector>(_ activation: Activation, _ value: V) -> V {
    switch activation {
    case .none: value
    case .relu6: value.clampedToSix
    }
}

@inline(__always)
func load<V: SIMD>(_ address: UnsafePointer<Float>, as _: V.Type = V.self) -> V where V.Scalar == Float {
    UnsafeRawPointer(address).loadUnaligned(as: V.self)
}

@inline(__always)
func store<V: FloatVector>(_ value: V, _ address: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(address).storeBytes(of: value, as: V.self)
}
