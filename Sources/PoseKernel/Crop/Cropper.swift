package import Domain

/// Cuts the square input of one network out of pictures. Holds scratch memory, so that a crop allocates nothing; use
/// one a thread.
package final class Cropper {
    package let specification: CropSpecification
    private let vectors: CropVectors
    private let row: CropRow

    package init(_ specification: CropSpecification, vectors: CropVectors = .best) {
        (self.specification, self.vectors) = (specification, vectors)
        row = CropRow(count: specification.side)
    }

    /// Fills `pixels` (side x side of four bytes: red, green, blue, 0) from the part of the picture that `geometry` says.
    package func crop(_ picture: PixelView, _ geometry: CropGeometry, into pixels: UnsafeMutableBufferPointer<UInt8>) {
        let (side, border) = (specification.side, specification.border)
        precondition(pixels.count == 4 * side * side, "a crop fills its pixels exactly")
        precondition(picture.width > 0 && picture.height > 0, "a picture has at least one pixel")
        let map = PixelMap(geometry, side: side)
        let output = pixels.baseAddress!
        switch picture.format {
        case .rgb24:
            let warp = InterleavedWarp(picture, border: border)
            for line in 0..<side {
                map.write(row: line, count: side, x: row.x, y: row.y)
                warp.write(row, to: output + 4 * side * line)
            }
        case .yuv420p(let coding):
            let colours = ColourConversion(coding, memory: row.coefficients)
            if let warp = VectorWarp(picture, colours: colours, border: border, vectors: vectors) {
                return warp.write(map, side: side, to: output)
            }
            let warp = PlanarWarp(picture, colours: colours, border: border)
            for line in 0..<side {
                map.write(row: line, count: side, x: row.x, y: row.y)
                warp.write(row, to: output + 4 * side * line)
            }
        }
    }
}
