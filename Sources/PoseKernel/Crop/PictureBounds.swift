import Domain

/// The extent of a picture, and which places need care at its border.
struct PictureBounds {
    let width: Int32
    let height: Int32
    private let wideWidth: UInt32
    private let wideHeight: UInt32

    /// `isWide` false declares no place an interior one.
    init(_ picture: PixelView, isWide: Bool = true) {
        width = Int32(clamping: picture.width)
        height = Int32(clamping: picture.height)
        wideWidth = isWide ? UInt32(max(0, width - 2)) : 0
        wideHeight = UInt32(max(0, height - 1))
    }

    /// Whether the taps of a pixel at whole coordinates (x, y), and the byte that wide loads touch beside them, all lie
    /// inside. False for every place of a picture too small for that.
    @inline(__always)
    func isInterior(_ x: Int32, _ y: Int32) -> Bool {
        UInt32(bitPattern: x) < wideWidth && UInt32(bitPattern: y) < wideHeight
    }

    @inline(__always)
    func contains(_ x: Int32, _ y: Int32) -> Bool {
        x >= 0 && x < width && y >= 0 && y < height
    }

    @inline(__always)
    func clampX(_ x: Int32) -> Int { Int(max(0, min(x, width - 1))) }

    @inline(__always)
    func clampY(_ y: Int32) -> Int { Int(max(0, min(y, height - 1))) }
}
