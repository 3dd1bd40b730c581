import CCropVectors
package import Domain

/// Cuts the square input of one network out of pictures. Holds scratch memory, so that a crop allocates nothing; use
/// one a thread.
package final class Cropper {
    package let specification: CropSpecification
    private let row: CropRow
    private let levels: LevelTable
    private let usesVectors: Bool

    /// - Parameter usesVectors: false for the plain code that the CPU's vectors are checked against.
    package init(_ specification: CropSpecification, usesVectors: Bool = true) {
        self.specification = specification
        self.usesVectors = usesVectors && ccrop_has_vectors()
        row = CropRow(count: specification.side)
        levels = LevelTable(specification.range)
    }

    /// Fills `tensor` (side x side x 3, RGB) from the part of the picture that `geometry` says.
    package func crop(_ picture: PixelView, _ geometry: CropGeometry, into tensor: UnsafeMutableBufferPointer<Float>) {
        let side = specification.side
        precondition(tensor.count == side * side * 3, "a crop fills its tensor exactly")
        precondition(picture.width > 0 && picture.height > 0, "a picture has at least one pixel")
        let map = PixelMap(geometry, side: side)
        let output = tensor.baseAddress!
        levels.values.withUnsafeBufferPointer { table in
            let table = table.baseAddress!
            switch picture.format {
            case .rgb24:
                let warp = InterleavedWarp(picture, border: specification.border)
                for line in 0..<side {
                    write(map, line)
                    warp.write(row, to: output + 3 * side * line, through: table)
                }
            case .yuv420p(let coding):
                let warp = PlanarWarp(picture, coding: coding, border: specification.border, row: row)
                for line in 0..<side {
                    write(map, line)
                    if usesVectors {
                        warp.writeWithVectors(
                            row, to: output + 3 * side * line, range: specification.range, step: geometry.step(side))
                    } else {
                        warp.write(row, to: output + 3 * side * line, through: table)
                    }
                }
            }
        }
    }

    private func write(_ map: PixelMap, _ line: Int) {
        if usesVectors {
            map.writeWithVectors(row: line, count: specification.side, x: row.x, y: row.y)
        } else {
            map.write(row: line, count: specification.side, x: row.x, y: row.y)
        }
    }
}
