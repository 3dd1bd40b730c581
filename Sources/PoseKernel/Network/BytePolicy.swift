/// How much of a network is bytes in `Precision.int8`: as much as what its results are for bears.
package enum BytePolicy: Sendable {
    /// The results are positions in every frame.
    case landmarks
    /// The results say where to look for landmarks, once a segment.
    case detector
    /// Nobody has measured what the results bear.
    case careful

    /// The two networks are told by what they take and give.
    package init(takes input: [Int], gives outputs: [[Int]]) {
        let boxes = [1, DetectorTensors.anchorCount, DetectorTensors.boxValueCount]
        let landmarks = [1, LandmarkTensors.landmarkCount * LandmarkTensors.landmarkValueCount]
        switch CropSpecification.filling(input) {
        case .detector? where outputs.contains(boxes): self = .detector
        case .landmarks? where outputs.contains(landmarks): self = .landmarks
        default: self = .careful
        }
    }

    /// Of a band that expands `depth` channels to `channels`.
    ///
    /// The landmark network: what is rounded on the fine grids, whose expansions are shallow, adds the most to the
    /// landmarks' error and costs the least to multiply more exactly. Projections of 384 channels lose next to nothing
    /// as bytes; all others add more to the error on landmarks that are hardly seen than they save in time. Of what the
    /// blocks of depth 88 expand, five times as much is in its mean as around it.
    package func factors(depth: Int, channels: Int) -> ByteFactors {
        switch self {
        case .landmarks:
            ByteFactors(
                expansion: depth == 88 ? .differences : depth >= 64 ? .bytes : .pairs,
                projection: (384..<528).contains(channels))
        case .detector: ByteFactors(expansion: .bytes, projection: true)
        case .careful: ByteFactors()
        }
    }

    /// Whether a product of such a depth outside of an `IntegerBand` multiplies bytes. Not that of the block that reads
    /// the picture, of depth 24, whose values are large everywhere with small signals on them. The landmark network's are few, and landmarks that rest feel each of them.
    package func multipliesBytes(depth: Int) -> Bool {
        switch self {
        case .detector: depth > 24
        case .landmarks, .careful: false
        }
    }
}
