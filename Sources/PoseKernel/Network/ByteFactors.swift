/// Which factors of an `IntegerBand`'s two products are bytes; those that are not have up to 16 bits. The rows between
/// expansion and depthwise convolution, and its taps, always are.
package struct ByteFactors: Sendable, Hashable {
    package var expansion: Bool
    /// Whether what is expanded are differences from the input's mean, which is multiplied once, in 16 bits: for
    /// channels that are large everywhere and differ little from pixel to pixel. Bytes hold the differences well, but
    /// not the values.
    package var aroundMean: Bool
    package var projection: Bool

    package init(expansion: Bool = false, aroundMean: Bool = false, projection: Bool = false) {
        (self.expansion, self.aroundMean, self.projection) = (expansion, aroundMean, projection)
    }
}
