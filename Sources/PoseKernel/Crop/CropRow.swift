/// Scratch of one row of a crop, allocated once: where each pixel lies, and its taps in the planes of a picture.
final class CropRow {
    let count: Int
    /// Places in 1/32 pixels.
    let x: UnsafeMutablePointer<Int32>
    let y: UnsafeMutablePointer<Int32>
    /// Taps of a pixel in luma, first chroma and second chroma, in the sub-row above and the one below. The left tap is
    /// in the low byte, the right one in the high byte.
    let lumaTop, lumaBottom, uTop, uBottom, vTop, vBottom: UnsafeMutablePointer<UInt16>
    /// Weights in 1/32 of the right tap in luma and in chroma, and of the sub-row below.
    let lumaRight, chromaRight, below: UnsafeMutablePointer<UInt16>

    private let places: UnsafeMutablePointer<Int32>
    private let halfWords: UnsafeMutablePointer<UInt16>

    init(count: Int) {
        self.count = count
        places = .allocate(capacity: 2 * count)
        places.initialize(repeating: 0, count: 2 * count)
        halfWords = .allocate(capacity: 9 * count)
        halfWords.initialize(repeating: 0, count: 9 * count)
        (x, y) = (places, places + count)
        (lumaTop, lumaBottom) = (halfWords, halfWords + count)
        (uTop, uBottom) = (halfWords + 2 * count, halfWords + 3 * count)
        (vTop, vBottom) = (halfWords + 4 * count, halfWords + 5 * count)
        (lumaRight, chromaRight, below) = (halfWords + 6 * count, halfWords + 7 * count, halfWords + 8 * count)
    }

    deinit {
        places.deallocate()
        halfWords.deallocate()
    }
}
