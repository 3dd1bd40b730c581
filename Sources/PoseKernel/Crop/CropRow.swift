/// Scratch of one row of a crop, allocated once: where each pixel lies, and its taps in the planes of a picture.
final class CropRow {
    let count: Int
    /// Places in 1/32 pixels.
    let x: UnsafeMutablePointer<Int32>
    let y: UnsafeMutablePointer<Int32>
    /// For each pixel the taps of six sub-rows: luma, then both chroma planes, top and bottom of each. The left tap is
    /// in the low byte, the right one in the high byte.
    let taps: [UnsafeMutablePointer<UInt16>]
    /// 1/32 weights of the right tap in luma and chroma, and of the bottom sub-row.
    let lumaRight: UnsafeMutablePointer<UInt16>
    let chromaRight: UnsafeMutablePointer<UInt16>
    let bottom: UnsafeMutablePointer<UInt16>

    init(count: Int) {
        self.count = count
        x = .allocate(capacity: count)
        y = .allocate(capacity: count)
        x.initialize(repeating: 0, count: count)
        y.initialize(repeating: 0, count: count)
        func halfWords() -> UnsafeMutablePointer<UInt16> {
            let memory = UnsafeMutablePointer<UInt16>.allocate(capacity: count)
            memory.initialize(repeating: 0, count: count)
            return memory
        }
        taps = (0..<6).map { _ in halfWords() }
        (lumaRight, chromaRight, bottom) = (halfWords(), halfWords(), halfWords())
    }

    deinit {
        x.deallocate()
        y.deallocate()
        for memory in taps + [lumaRight, chromaRight, bottom] { memory.deallocate() }
    }
}
