/// Scratch of one row of a crop, allocated once: where each pixel lies, its taps in the planes of a picture, and the
/// finished channels.
final class CropRow {
    /// Sub-rows that a pixel has taps in: luma, first chroma, second chroma, each above and below.
    static let tapRows = 6
    /// Pixels that the arithmetic takes at once.
    static let group = 8

    /// A multiple of `group`.
    let count: Int
    /// Places in 1/32 pixels.
    let x: UnsafeMutablePointer<Int32>
    let y: UnsafeMutablePointer<Int32>
    /// For each group of eight pixels, six times eight taps: luma above and below, first chroma above and below, second
    /// chroma above and below. The left tap is in the low byte, the right one in the high byte.
    let taps: UnsafeMutablePointer<UInt16>
    /// Finished levels, a channel each.
    let red, green, blue: UnsafeMutablePointer<UInt8>

    init(count: Int) {
        func memory<T: Numeric>(_ size: Int) -> UnsafeMutablePointer<T> {
            let memory = UnsafeMutablePointer<T>.allocate(capacity: size)
            memory.initialize(repeating: 0, count: size)
            return memory
        }
        self.count = count
        (x, y) = (memory(count), memory(count))
        taps = memory(Self.tapRows * count)
        (red, green, blue) = (memory(count), memory(count), memory(count))
    }

    deinit {
        x.deallocate()
        y.deallocate()
        taps.deallocate()
        for channel in [red, green, blue] { channel.deallocate() }
    }
}
