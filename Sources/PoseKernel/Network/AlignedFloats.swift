/// Zeroed floats on a cache line, freed with the object.
final class AlignedFloats {
    let base: UnsafeMutablePointer<Float>

    init(count: Int) {
        let bytes = max(count, 16) * MemoryLayout<Float>.stride
        base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64).bindMemory(
            to: Float.self, capacity: max(count, 16))
        base.initialize(repeating: 0, count: max(count, 16))
    }

    deinit { base.deallocate() }
}
