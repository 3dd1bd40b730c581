/// The 2,254 places that the detector's rows are relative to: centres of the cells of three grids over the square,
/// finest first, row by row, several anchors a cell. All have the size 1.
enum AnchorGrid {
    static let centres: [SIMD2<Float>] = {
        // Strides 8, 16 and three times 32 of 224 pixels; two anchors a cell for each.
        let grids = [(cells: 28, anchors: 2), (cells: 14, anchors: 2), (cells: 7, anchors: 6)]
        var centres: [SIMD2<Float>] = []
        centres.reserveCapacity(DetectorTensors.anchorCount)
        for grid in grids {
            for y in 0..<grid.cells {
                for x in 0..<grid.cells {
                    let centre = (SIMD2(Float(x), Float(y)) + 0.5) / Float(grid.cells)
                    centres.append(contentsOf: repeatElement(centre, count: grid.anchors))
                }
            }
        }
        precondition(centres.count == DetectorTensors.anchorCount)
        return centres
    }()
}
