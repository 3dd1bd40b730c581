import CCropVectors

/// The input of one network as a crop fills it, and the way from there into the network's tensor.
package final class PixelInput {
    /// Side x side of the specification, row by row, each red, green, blue and 0; on a cache line.
    package let pixels: UnsafeMutableBufferPointer<UInt8>
    let range: CropSpecification.Range
    private let levels: LevelTable
    private let usesVectors: Bool

    /// - Parameter usesVectors: false for the plain code that the CPU's vectors are checked against.
    package init(_ specification: CropSpecification, usesVectors: Bool = true) {
        let count = 4 * specification.side * specification.side
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
        pixels = UnsafeMutableBufferPointer(start: memory.bindMemory(to: UInt8.self, capacity: count), count: count)
        pixels.initialize(repeating: 0)
        range = specification.range
        levels = LevelTable(range)
        self.usesVectors = usesVectors && ccrop_has_avx2()
    }

    var base: UnsafePointer<UInt8> {
        guard let base = pixels.baseAddress else { preconditionFailure("a crop has pixels") }
        return UnsafePointer(base)
    }

    deinit { pixels.deallocate() }

    /// Fills `tensor` (side x side x 3, RGB) with the pixels' levels in the network's range.
    package func write(to tensor: UnsafeMutableBufferPointer<Float>) {
        let count = pixels.count / 4
        precondition(tensor.count == 3 * count, "a crop fills its tensor exactly")
        guard let source = pixels.baseAddress, let target = tensor.baseAddress else { return }
        if usesVectors {
            let (factor, offset) = range.scale
            return ccrop_values_avx2(source, count, factor, offset, target)
        }
        levels.values.withUnsafeBufferPointer { values in
            for index in 0..<count {
                for channel in 0..<3 { target[3 * index + channel] = values[Int(source[4 * index + channel])] }
            }
        }
    }
}
