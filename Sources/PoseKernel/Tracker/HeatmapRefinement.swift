import Domain

/// Moves a regressed landmark to the centre of mass of its heatmap nearby.
enum HeatmapRefinement {
    /// Cells to each side of the landmark's own: a window of 9 x 9. MediaPipe's graph file says 7 x 7, but its Python
    /// solution drops that option and runs with the default, and that is the reference.
    static let reach = 4
    /// Below this probability at its peak the heatmap says nothing.
    static let leastPeak: Float = 0.5

    /// 0...1 of the crop, or nil when the regressed place is to be kept.
    static func place(
        of index: Int, near landmark: Landmark, in heatmap: any Heatmap
    ) -> SIMD2<Float>? {
        let side = LandmarkTensors.heatmapSide
        guard let column = cell(landmark.x, side), let row = cell(landmark.y, side) else { return nil }
        let columns = max(0, column - reach)..<min(side, column + reach + 1)
        let rows = max(0, row - reach)..<min(side, row + reach + 1)

        var (mass, columnMass, rowMass, peak) = (0 as Float, 0 as Float, 0 as Float, 0 as Float)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * reach + 1) { logits in
            logits.initialize(repeating: 0)
            for r in rows {
                heatmap.logits(of: index, row: r, columns: columns, into: logits)
                for (place, c) in columns.enumerated() {
                    let p = sigmoid(logits[place])
                    mass += p
                    columnMass += Float(c) * p
                    rowMass += Float(r) * p
                    peak = max(peak, p)
                }
            }
        }
        guard peak >= leastPeak, mass > 0 else { return nil }
        return [columnMass / Float(side) / mass, rowMass / Float(side) / mass]
    }

    /// The cell that a coordinate falls into, cut towards zero; nil outside the map.
    private static func cell(_ coordinate: Float, _ side: Int) -> Int? {
        let place = coordinate * Float(side)
        // Also false for a value that is not a number.
        guard place > -1, place < Float(side) else { return nil }
        return Int(place)
    }
}
