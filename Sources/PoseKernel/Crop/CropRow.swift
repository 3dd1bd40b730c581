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
    /// For each group of eight pixels its sub-row above and the one below, of each the taps in luma, first and second
    /// chroma. The left tap is in the low byte, the right one in the high byte.
    let taps: UnsafeMutablePointer<UInt16>
    /// In the same order the sub-rows' red, green and blue in 1/32 levels.
    let mixed: UnsafeMutablePointer<Int16>
    /// Finished levels: all of red, then green, then blue.
    let levels: UnsafeMutablePointer<UInt8>
    /// The coefficients of a colour conversion.
    let coefficients: UnsafeMutablePointer<ColourConversion.Levels>

    init(count: Int) {
        func memory<T: Numeric>(_ size: Int) -> UnsafeMutablePointer<T> {
            let memory = UnsafeMutablePointer<T>.allocate(capacity: size)
            memory.initialize(repeating: 0, count: size)
            return memory
        }
        self.count = count
        (x, y) = (memory(count), memory(count))
        (taps, mixed) = (memory(Self.tapRows * count), memory(Self.tapRows * count))
        coefficients = .allocate(capacity: ColourConversion.coefficientCount)
        coefficients.initialize(repeating: .zero, count: ColourConversion.coefficientCount)
        levels = memory(3 * count)
    }

    deinit {
        x.deallocate()
        y.deallocate()
        taps.deallocate()
        mixed.deallocate()
        coefficients.deallocate()
        levels.deallocate()
    }
}
