/// What the levels 0...255 of a picture are to a network: level * scale + offset.
package struct PictureLevels: Equatable, Sendable {
    package var scale: Float
    package var offset: Float

    package init(scale: Float, offset: Float) { (self.scale, self.offset) = (scale, offset) }

    /// The level that is nearest to zero, which convolutions see beyond the picture's border.
    var zero: UInt8 { UInt8(min(max((-offset / scale).rounded(), 0), 255)) }
}
