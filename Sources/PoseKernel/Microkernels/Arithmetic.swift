import MicrokernelABI

/// sum + a * b: fused where the instruction set has it, else in two roundings.
@inline(__always)
func multiplyAdd<V: SIMD>(_ sum: V, _ a: V, _ b: V) -> V where V.Scalar == Float {
    #if PTHUB_FMA
    sum.addingProduct(a, b)
    #else
    sum + a * b
    #endif
}

@inline(__always)
func apply<V: SIMD>(_ activation: Activation, _ value: V) -> V where V.Scalar == Float {
    switch activation {
    case .none: value
    case .relu6: pointwiseMin(pointwiseMax(value, V(repeating: 0)), V(repeating: 6))
    }
}

@inline(__always)
func load<V: SIMD>(_ address: UnsafePointer<Float>, as _: V.Type = V.self) -> V where V.Scalar == Float {
    UnsafeRawPointer(address).loadUnaligned(as: V.self)
}

@inline(__always)
func store<V: SIMD>(_ value: V, _ address: UnsafeMutablePointer<Float>) where V.Scalar == Float {
    UnsafeMutableRawPointer(address).storeBytes(of: value, as: V.self)
}

/// The first `count` lanes, one by one: for the last columns of a matrix whose width is no multiple of the vector's.
@inline(__always)
func loadPartial<V: SIMD>(_ address: UnsafePointer<Float>, count: Int) -> V where V.Scalar == Float {
    var value = V(repeating: 0)
    for lane in 0..<count { value[lane] = address[lane] }
    return value
}

@inline(__always)
func storePartial<V: SIMD>(_ value: V, _ address: UnsafeMutablePointer<Float>, count: Int) where V.Scalar == Float {
    for lane in 0..<count { address[lane] = value[lane] }
}
