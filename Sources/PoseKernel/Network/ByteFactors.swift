/// Which factors of an `IntegerBand`'s two products are bytes; those that are not have up to 16 bits. The rows between
/// expansion and depthwise convolution, and its taps, always are.
package struct ByteFactors: Sendable, Hashable {
    package enum Expansion: Sendable, Hashable, CaseIterable {
        /// 16 bits.
        case pairs
        case bytes
        /// Bytes of differences from the input's mean, which is multiplied once, in 16 bits: for channels that are large
        /// everywhere and differ little from pixel to pixel. Bytes hold the differences well, but not the values.
        case differences
    }

    package var expansion: Expansion
    package var projection: Bool

    package init(expansion: Expansion = .pairs, projection: Bool = false) {
        (self.expansion, self.projection) = (expansion, projection)
    }
}
