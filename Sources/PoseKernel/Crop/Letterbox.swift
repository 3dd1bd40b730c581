/// The share of a square crop that was added on each side to keep the region's aspect ratio.
package struct Letterbox: Equatable, Sendable {
    /// Left and right, each.
    package var horizontal: Float
    /// Top and bottom, each.
    package var vertical: Float

    package static let none = Letterbox(horizontal: 0, vertical: 0)

    package init(horizontal: Float, vertical: Float) {
        (self.horizontal, self.vertical) = (horizontal, vertical)
    }

    /// From the padded square to the region, both 0...1.
    func removedX(_ x: Float) -> Float { (x - horizontal) / (1 - 2 * horizontal) }

    func removedY(_ y: Float) -> Float { (y - vertical) / (1 - 2 * vertical) }

    /// A length along x (also depth, which is scaled like x).
    func removedWidth(_ width: Float) -> Float { width / (1 - 2 * horizontal) }

    func removedHeight(_ height: Float) -> Float { height / (1 - 2 * vertical) }
}
