/// 64 x 64 x 39 logits, of which a window around each landmark is read.
package protocol Heatmap {
    /// The logits of one landmark for neighbouring cells of a row.
    func logits(of landmark: Int, row: Int, columns: Range<Int>, into target: UnsafeMutableBufferPointer<Float>)
}

/// The whole tensor.
extension UnsafeBufferPointer<Float>: Heatmap {
    package func logits(
        of landmark: Int, row: Int, columns: Range<Int>, into target: UnsafeMutableBufferPointer<Float>
    ) {
        for (index, column) in columns.enumerated() {
            let cell = row * LandmarkTensors.heatmapSide + column
            target[index] = self[cell * LandmarkTensors.landmarkCount + landmark]
        }
    }
}

/// Computed by the network where it is read, and the layers before it only when it is read at all.
struct ComputedHeatmap: Heatmap {
    let network: Network

    func logits(of landmark: Int, row: Int, columns: Range<Int>, into target: UnsafeMutableBufferPointer<Float>) {
        network.values(channel: landmark, row: row, columns: columns, into: target)
    }
}
